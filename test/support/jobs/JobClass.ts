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
import type { JobTransport, LastWill } from "#shared/ports/JobTransport.ts";
import type { Signer } from "#shared/ports/Signer.ts";
import { createRoomSecret, deriveRoomKeys, type RoomKeys } from "#shared/rooms/roomKeys.ts";
import { formatRoomLink, type RoomLink } from "#shared/rooms/roomLink.ts";
import { JobRequester } from "#shared/session/JobRequester.ts";
import type { RequesterTraces } from "#shared/session/tracing/RequesterTraces.ts";
import { NodeSigner } from "../../../workers/agent/NodeSigner.ts";
import { nodeCipher } from "../../../workers/agent/nodeCipher.ts";
import { deviceAccess } from "../brokers/TestRealm.ts";
import { CuttableProxy } from "../CuttableProxy.ts";
import { DIST, ensureBuilt } from "../built.ts";
import type { RunningHost } from "../startHost.ts";
import { DisorderlyTransport, type Disorder } from "./DisorderlyTransport.ts";
import { startClassBroker, type ClassBroker } from "./classBroker.ts";
import { untilValue } from "../until.ts";

export interface AgentChild {
  readonly peer: PeerId;
  readonly isolation: number;
  readonly child: ChildProcessWithoutNullStreams;
  /** What it said on standard error so far. */
  readonly said: () => string;
  readonly exited: Promise<number | null>;
}

export interface StartAgent {
  readonly slots?: number;
  readonly data?: string;
  readonly args?: readonly string[];
  /** Undefined: the agent asks the class host. */
  readonly broker?: string | undefined;
  readonly join?: string;
  /** Added to the environment of the process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Called once it says something on standard error. */
  readonly onSaid?: () => void;
}

/** A requester whose cable can be cut and mended. */
export interface CuttableRequester {
  readonly requester: JobRequester;
  readonly proxy: CuttableProxy;
  readonly cut: () => void;
  readonly mend: () => void;
}

const newLink = (): RoomLink => ({
  ...{ kind: "class", base: "http://127.0.0.1:1" },
  ...{ id: RoomId.create(), secret: createRoomSecret() },
});

export interface DisorderlyRequester {
  readonly requester: JobRequester;
  readonly transport: DisorderlyTransport;
}

/** A class as its members see it: the real broker process, real agent processes, requesters in this process. */
export class JobClass {
  readonly link: RoomLink;
  readonly keys: RoomKeys;
  readonly broker: ClassBroker;
  readonly #folder = mkdtempSync(join(tmpdir(), "meshbook-jobs-"));
  readonly #agents: AgentChild[] = [];
  readonly #requesters: JobRequester[] = [];
  readonly #proxies: CuttableProxy[] = [];
  #folders = 0;
  #lives = 0;

  static async start(): Promise<JobClass> {
    await ensureBuilt();
    return new JobClass(await startClassBroker());
  }

  /** The class of a host that runs. It is the caller's to stop. */
  static of(host: RunningHost): JobClass {
    const port = Number(new URL(host.ready.mqtt).port);
    return JobClass.at(port, host.link);
  }

  /** The class of this link, at a broker that is the caller's to stop. */
  static at(port: number, link: RoomLink): JobClass {
    return new JobClass({ port, overWebSocket: false, pid: undefined, stop: () => Promise.resolve() }, link);
  }

  private constructor(broker: ClassBroker, link: RoomLink = newLink()) {
    this.broker = broker;
    this.link = link;
    this.keys = deriveRoomKeys(this.link.id, this.link.secret);
  }

  get brokerUrl(): string {
    return this.#urlAt(this.broker.port);
  }

  /** Starts an agent; resolves when the class can see it. */
  async startAgent(options: StartAgent = {}): Promise<AgentChild> {
    const { slots = 1, data = this.newFolder(), args = [], env, join: link = formatRoomLink(this.link) } = options;
    const broker = "broker" in options ? options.broker : this.brokerUrl;
    const own = ["--join", link, ...(broker === undefined ? [] : ["--broker-url", broker]), "--data", data, "--child"];
    const child = spawn(process.execPath, [join(DIST, "node/agent.mjs"), ...own, "--slots", String(slots), ...args], {
      env: { ...process.env, ...env },
    });
    const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
    const said: string[] = [];
    child.stderr.setEncoding("utf8").on("data", (text: string) => said.push(text));
    if (options.onSaid !== undefined) child.stderr.once("data", options.onSaid);
    const line = await new Promise<string>((resolve, reject) => {
      createInterface({ input: child.stdout }).once("line", resolve);
      child.once("exit", (code) => reject(new Error(`the agent ended with ${String(code)}: ${said.join("")}`)));
    });
    const ready = JSON.parse(line) as { peer: string; isolation: number };
    const agent = {
      peer: PeerId.parse(ready.peer)!,
      isolation: ready.isolation,
      child,
      exited,
      said: () => said.join(""),
    };
    this.#agents.push(agent);
    return agent;
  }

  /** A peer of the class that is connected and sees `agent`. */
  async startRequester(
    agent?: AgentChild,
    signer: Signer = NodeSigner.create(),
    traces?: RequesterTraces,
  ): Promise<JobRequester> {
    const requester = new JobRequester({ link: await this.openLink(signer), clock: systemClock, traces });
    this.#requesters.push(requester);
    if (agent !== undefined) await untilValue(requester.agents, (all) => all.some(({ peer }) => peer === agent.peer));
    return requester;
  }

  /** A folder that goes with the class. */
  newFolder(): string {
    return join(this.#folder, `agent${(this.#folders += 1)}`);
  }

  /** An agent whose cable can be cut. */
  async startCuttableAgent(): Promise<{ agent: AgentChild; proxy: CuttableProxy }> {
    const proxy = await this.#startProxy();
    return { agent: await this.startAgent({ broker: this.#urlAt(proxy.port) }), proxy };
  }

  /** A requester whose cable can be cut. */
  async startCuttableRequester(agent: AgentChild): Promise<CuttableRequester> {
    const proxy = await this.#startProxy();
    const link = await this.openLink(NodeSigner.create(), this.#urlAt(proxy.port));
    const requester = new JobRequester({ link, clock: systemClock });
    this.#requesters.push(requester);
    await untilValue(requester.agents, (all) => all.some(({ peer }) => peer === agent.peer));
    return { requester, proxy, cut: () => proxy.cut(), mend: () => proxy.mend() };
  }

  /** A requester whose messages, both ways, come twice and overtake one another. */
  async startDisorderlyRequester(seed: number, disorder: Disorder): Promise<DisorderlyRequester> {
    let transport: DisorderlyTransport | undefined;
    const wrap = (inner: JobTransport): JobTransport => (transport = new DisorderlyTransport(inner, seed, disorder));
    const link = await this.openLink(NodeSigner.create(), this.brokerUrl, wrap);
    const requester = new JobRequester({ link, clock: systemClock });
    this.#requesters.push(requester);
    return { requester, transport: transport! };
  }

  openLink(
    signer: Signer,
    url = this.brokerUrl,
    wrap = (transport: JobTransport): JobTransport => transport,
  ): Promise<JobLink> {
    return JobLink.open({
      connect: (will: LastWill) => wrap(this.connect(signer, will, url)),
      keys: this.keys,
      signer,
      cipher: nodeCipher,
      incarnation: (this.#lives = nextIncarnation(this.#lives, systemClock.now())),
      presence: { type: "presence", name: "requester", agent: undefined },
      clock: systemClock,
      afterTurn: setImmediate,
      logger: silentLogger,
    });
  }

  connect(signer: Signer, will?: LastWill, url = this.brokerUrl): MqttJobTransport {
    const own = { clientId: signer.peer, will, load: () => import("mqtt"), clock: systemClock };
    return new MqttJobTransport({ url: deviceAccess(this.keys, signer, url), ...own });
  }

  /** Kills agents, and waits until they are gone. */
  async killAgents(agents: readonly AgentChild[]): Promise<void> {
    for (const { child } of agents) child.kill("SIGKILL");
    await Promise.all(agents.map(({ exited }) => exited));
  }

  async stop(): Promise<void> {
    await Promise.all(this.#requesters.map((requester) => requester.close()));
    await this.killAgents(this.#agents);
    await Promise.all(this.#proxies.map((proxy) => proxy.close()));
    await this.broker.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #urlAt(port: number): string {
    return this.broker.overWebSocket ? `ws://127.0.0.1:${port}/mqtt` : `mqtt://127.0.0.1:${port}`;
  }

  async #startProxy(): Promise<CuttableProxy> {
    const proxy = await CuttableProxy.start(this.broker.port);
    this.#proxies.push(proxy);
    return proxy;
  }
}
