import { join } from "node:path";
import { MqttJobTransport, type AskAccess } from "#shared/adapters/MqttJobTransport.ts";
import { systemClock } from "#shared/adapters/systemClock.ts";
import { isRecord, readInteger, readString } from "#shared/base/parse.ts";
import { HOST_INFO_PATH } from "#shared/contracts/hubProtocol.ts";
import { JobLink } from "#shared/jobs/link/JobLink.ts";
import type { LastWill } from "#shared/ports/JobTransport.ts";
import type { Logger } from "#shared/ports/Logger.ts";
import { openToldBroker, type BrokerAccess } from "#shared/rooms/brokerAccess.ts";
import { deriveRoomKeys, type RoomKeys } from "#shared/rooms/roomKeys.ts";
import { JobAgent } from "#shared/session/JobAgent.ts";
import { beginLife } from "./agentHome.ts";
import type { AgentOptions } from "./agentOptions.ts";
import { DiskEnds } from "./outbox/DiskEnds.ts";
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
/** Milliseconds that a host may take to say where its broker is. */
const ASK_LIMIT = 10_000;
const SEALED_LIMIT = 128 * 1024;
const OUTBOX_FOLDER = "outbox";

/** Joins the class and takes jobs. @throws Error with what to do, for people */
export async function startAgent(options: AgentOptions, logger: Logger): Promise<RunningAgent> {
  const { join: room, name, slots } = options;
  const keys = deriveRoomKeys(room.id, room.secret);
  // Asked at once, so that a wrong link is told at once; and again before each later attempt.
  const [first, probed] = await Promise.all([options.broker ?? askForBroker(room.base, keys), probeSlots()]);
  const { signer, incarnation } = beginLife(options.data, systemClock.now());
  const facts = { languages: probed.languages, slots, isolation: probed.isolation };
  const pool = new SlotPool(probed.start, systemClock);
  const link = await JobLink.open({
    connect: (will: LastWill) =>
      new MqttJobTransport({
        url:
          options.broker === undefined
            ? askAgain(first, () => askForBroker(room.base, keys))
            : () => Promise.resolve(first),
        ...{ clientId: signer.peer, will, load: () => import("mqtt"), clock: systemClock },
      }),
    keys,
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
  const ends = new DiskEnds({ folder: join(options.data, OUTBOX_FOLDER), clock: systemClock, logger });
  const agent = new JobAgent({ link, clock: systemClock, executor: pool, name, facts, ends });
  const close = async (): Promise<void> => {
    await agent.close();
    pool.close();
  };
  return { peer: signer.peer, isolation: probed.isolation, joined, superseded, close };
}

/** What the host says now, or what was last known while it does not answer: the broker may live on without it. */
function askAgain(first: BrokerAccess, ask: () => Promise<BrokerAccess>): AskAccess {
  let known = first;
  let isFirst = true;
  return async () => {
    if (!isFirst) known = await ask().catch(() => known);
    isFirst = false;
    return known;
  };
}

async function askForBroker(base: string, keys: RoomKeys): Promise<BrokerAccess> {
  const address = `${base}${HOST_INFO_PATH}`;
  const asked = await fetch(address, { signal: AbortSignal.timeout(ASK_LIMIT) }).then(
    (response) => response.json(),
    (error: unknown) => {
      throw new Error(`${base} does not answer: ${whatToDo(base)}`, { cause: error });
    },
  );
  const told = isRecord(asked) ? readString(asked["broker"], SEALED_LIMIT) : undefined;
  if (told !== undefined) {
    const opened = openToldBroker(keys, told);
    if (opened === undefined) throw new Error(`${base} is the host of another class: ask for its present link`);
    return opened.agents;
  }
  const port = isRecord(asked) ? readInteger(asked["mqttPort"], 1, LARGEST_PORT) : undefined;
  if (port === undefined) throw new Error(`${address} is not a class host of this version`);
  const scheme = isRecord(asked) && asked["mqttTls"] === true ? "mqtts" : "mqtt";
  return { url: `${scheme}://${new URL(base).hostname}:${port}`, login: undefined };
}

function whatToDo(base: string): string {
  const isRunning = "is the class host running there?";
  if (!base.startsWith("https:")) return isRunning;
  return `${isRunning} If it made its certificate itself, set NODE_EXTRA_CA_CERTS to the file from ${base}/certificate.pem`;
}
