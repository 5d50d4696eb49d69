import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { MqttJobTransport } from "#shared/adapters/MqttJobTransport.ts";
import { systemClock } from "#shared/adapters/systemClock.ts";
import { PeerId, RoomId } from "#shared/base/ids.ts";
import { JobLink, nextIncarnation } from "#shared/jobs/link/JobLink.ts";
import type { LastWill } from "#shared/ports/JobTransport.ts";
import type { Signer } from "#shared/ports/Signer.ts";
import { createRoomSecret, deriveRoomKeys, type RoomKeys } from "#shared/rooms/roomKeys.ts";
import { formatRoomLink, type RoomLink } from "#shared/rooms/roomLink.ts";
import { JobRequester } from "#shared/session/JobRequester.ts";
import { BrokerProcess } from "../../../broker/mqtt/BrokerProcess.ts";
import { NodeSigner } from "../../../workers/agent/NodeSigner.ts";
import { untilValue } from "../until.ts";
import { agentScript, brokerScript } from "./built.ts";

export interface AgentChild {
  readonly peer: PeerId;
  readonly isolation: number;
  readonly child: ChildProcessWithoutNullStreams;
  readonly exited: Promise<number | null>;
}

/** A class as its members see it: the real broker process, real agent processes, requesters in this process. */
export class JobClass {
  readonly link: RoomLink;
  readonly keys: RoomKeys;
  readonly broker: BrokerProcess;
  readonly #folder = mkdtempSync(join(tmpdir(), "meshbook-jobs-"));
  readonly #agents: AgentChild[] = [];
  readonly #requesters: JobRequester[] = [];
  #folders = 0;
  #lives = 0;

  static async start(): Promise<JobClass> {
    const options = { host: "127.0.0.1", port: 0, clock: systemClock, logger: silentLogger };
    return new JobClass(await BrokerProcess.start({ script: brokerScript, ...options }));
  }

  private constructor(broker: BrokerProcess) {
    this.broker = broker;
    this.link = { kind: "class", base: "http://127.0.0.1:1", id: RoomId.create(), secret: createRoomSecret() };
    this.keys = deriveRoomKeys(this.link.id, this.link.secret);
  }

  get brokerUrl(): string {
    return `mqtt://127.0.0.1:${this.broker.port}`;
  }

  /** Starts an agent; resolves when the class can see it. */
  async startAgent(options: { slots?: number; data?: string; args?: readonly string[] } = {}): Promise<AgentChild> {
    const { slots = 1, data = join(this.#folder, `agent${(this.#folders += 1)}`), args = [] } = options;
    const own = ["--join", formatRoomLink(this.link), "--broker", this.brokerUrl, "--data", data, "--child"];
    const child = spawn(process.execPath, [agentScript, ...own, "--slots", String(slots), ...args]);
    const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
    const said: string[] = [];
    child.stderr.setEncoding("utf8").on("data", (text: string) => said.push(text));
    const line = await new Promise<string>((resolve, reject) => {
      createInterface({ input: child.stdout }).once("line", resolve);
      child.once("exit", (code) => reject(new Error(`the agent ended with ${String(code)}: ${said.join("")}`)));
    });
    const ready = JSON.parse(line) as { peer: string; isolation: number };
    const agent = { peer: PeerId.parse(ready.peer)!, isolation: ready.isolation, child, exited };
    this.#agents.push(agent);
    return agent;
  }

  /** A peer of the class that is connected and sees `agent`. */
  async startRequester(agent?: AgentChild, signer: Signer = NodeSigner.create()): Promise<JobRequester> {
    const requester = new JobRequester({ link: await this.openLink(signer), clock: systemClock });
    this.#requesters.push(requester);
    if (agent !== undefined) await untilValue(requester.agents, (all) => all.some(({ peer }) => peer === agent.peer));
    return requester;
  }

  openLink(signer: Signer): Promise<JobLink> {
    return JobLink.open({
      connect: (will: LastWill) => this.connect(signer.peer, will),
      keys: this.keys,
      signer,
      incarnation: (this.#lives = nextIncarnation(this.#lives, systemClock.now())),
      presence: { type: "presence", name: "requester", agent: undefined },
      clock: systemClock,
      afterTurn: setImmediate,
      logger: silentLogger,
    });
  }

  connect(peer: PeerId, will: LastWill | undefined): MqttJobTransport {
    const load = () => import("mqtt");
    return new MqttJobTransport({ url: this.brokerUrl, clientId: peer, will, load, clock: systemClock });
  }

  async stop(): Promise<void> {
    await Promise.all(this.#requesters.map((requester) => requester.close()));
    for (const { child, exited } of this.#agents) {
      child.kill("SIGKILL");
      await exited;
    }
    await this.broker.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
