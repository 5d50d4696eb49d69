import { MqttJobTransport } from "#shared/adapters/MqttJobTransport.ts";
import { systemClock } from "#shared/adapters/systemClock.ts";
import { isRecord, readInteger } from "#shared/base/parse.ts";
import { HOST_INFO_PATH } from "#shared/contracts/hubProtocol.ts";
import { JobLink } from "#shared/jobs/link/JobLink.ts";
import type { LastWill } from "#shared/ports/JobTransport.ts";
import type { Logger } from "#shared/ports/Logger.ts";
import { deriveRoomKeys } from "#shared/rooms/roomKeys.ts";
import { JobAgent } from "#shared/session/JobAgent.ts";
import { beginLife } from "./agentHome.ts";
import type { AgentOptions } from "./agentOptions.ts";
import { SlotPool } from "./SlotPool.ts";
import { probeSlots } from "./startSlots.ts";

export interface RunningAgent {
  readonly peer: string;
  readonly isolation: number;
  /** Resolves when the class can see this agent for the first time. */
  readonly joined: Promise<void>;
  /** Resolves if another program with this agent's key took over; this one then does nothing more. */
  readonly superseded: Promise<void>;
  /** Leaves the class, ends all slots. */
  close(): Promise<void>;
}

const LARGEST_PORT = 65_535;

/** Joins the class and takes jobs. @throws Error with what to do, for people */
export async function startAgent(options: AgentOptions, logger: Logger): Promise<RunningAgent> {
  const { join: room, name, slots } = options;
  const [url, probed] = await Promise.all([options.broker ?? askForBroker(room.base), probeSlots()]);
  const { signer, incarnation } = beginLife(options.data, systemClock.now());
  const facts = { languages: probed.languages, slots, isolation: probed.isolation };
  const pool = new SlotPool(probed.start, systemClock);
  const link = await JobLink.open({
    connect: (will: LastWill) =>
      new MqttJobTransport({ url, clientId: signer.peer, will, load: () => import("mqtt"), clock: systemClock }),
    keys: deriveRoomKeys(room.id, room.secret),
    signer,
    incarnation,
    presence: { type: "presence", name, agent: { ...facts, freeSlots: slots } },
    clock: systemClock,
    afterTurn: setImmediate,
    logger,
  });
  const told = (type: "online" | "superseded"): Promise<void> =>
    new Promise((resolve) => link.subscribe((event) => event.type === type && resolve()));
  const [joined, superseded] = [link.online ? Promise.resolve() : told("online"), told("superseded")];
  const agent = new JobAgent({ link, clock: systemClock, executor: pool, name, facts });
  const close = async (): Promise<void> => {
    await agent.close();
    pool.close();
  };
  return { peer: signer.peer, isolation: probed.isolation, joined, superseded, close };
}

async function askForBroker(base: string): Promise<string> {
  const address = `${base}${HOST_INFO_PATH}`;
  const asked = await fetch(address).then(
    (response) => response.json(),
    (error: unknown) => {
      throw new Error(`${base} does not answer: ${whatToDo(base)}`, { cause: error });
    },
  );
  const port = isRecord(asked) ? readInteger(asked["mqttPort"], 1, LARGEST_PORT) : undefined;
  if (port === undefined) throw new Error(`${address} is not a class host of this version`);
  const scheme = isRecord(asked) && asked["mqttTls"] === true ? "mqtts" : "mqtt";
  return `${scheme}://${new URL(base).hostname}:${port}`;
}

function whatToDo(base: string): string {
  const isRunning = "is the class host running there?";
  if (!base.startsWith("https:")) return isRunning;
  return `${isRunning} If it made its certificate itself, set NODE_EXTRA_CA_CERTS to the file from ${base}/certificate.pem`;
}
