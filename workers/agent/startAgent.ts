import { join } from "node:path";
import { MqttJobTransport } from "#shared/adapters/MqttJobTransport.ts";
import { systemClock } from "#shared/adapters/systemClock.ts";
import { JobLink } from "#shared/jobs/link/JobLink.ts";
import type { LastWill } from "#shared/ports/JobTransport.ts";
import type { Logger } from "#shared/ports/Logger.ts";
import { deriveRoomKeys } from "#shared/rooms/roomKeys.ts";
import { JobAgent, type Drained } from "#shared/session/JobAgent.ts";
import type { BrokerAccess } from "#shared/rooms/brokerAccess.ts";
import { beginLife } from "./agentHome.ts";
import type { AgentOptions } from "./agentOptions.ts";
import { askForBroker, givenBroker, toldBroker, waitForBroker } from "./brokerOfClass.ts";
import { chosenBroker, renewed } from "./chosenBroker.ts";
import { HostDelivery } from "./HostDelivery.ts";
import { HostSight } from "./HostSight.ts";
import { DiskEnds } from "./outbox/DiskEnds.ts";
import { endTracing, openTracing } from "./openTracing.ts";
import { nodeCipher } from "./nodeCipher.ts";
import { ownVersions } from "./ownVersions.ts";
import { packageLoaders } from "./packages/packageLoaders.ts";
import { SlotPool } from "./SlotPool.ts";
import { probeSlots } from "./startSlots.ts";

export interface RunningAgent {
  readonly peer: string;
  readonly isolation: number;
  /** Resolves when the class can see this agent for the first time. */
  readonly joined: Promise<void>;
  /** Resolves if another program with this agent's key took over; this one then does nothing more. */
  readonly superseded: Promise<void>;
  /** Cells that run now. */
  readonly running: () => number;
  /** Takes no more, lets what runs end within the limit that was asked for, tells all ends, leaves. */
  readonly drain: () => Promise<Drained>;
  /** Leaves the class, ends all slots. */
  close(): Promise<void>;
}

const OUTBOX_FOLDER = "outbox";
const PACKAGES_FOLDER = "packages";
const BLIND_HOSTS_FILE = "blind-hosts.json";

/** Joins the class and takes jobs; waits for its host. @throws Error with what to do, for people */
export async function startAgent(options: AgentOptions, logger: Logger): Promise<RunningAgent> {
  const { join: room, name, slots } = options;
  const keys = deriveRoomKeys(room.id, room.secret);
  const sight = new HostSight(room, join(options.data, BLIND_HOSTS_FILE), logger);
  // What cannot work here is told before anything is waited for.
  const probed = await probeSlots(
    packageLoaders({ ...options, base: room.base, sight, cache: join(options.data, PACKAGES_FOLDER) }),
  );
  const { signer, incarnation } = beginLife(options.data, systemClock.now(), logger);
  const search = { member: { keys, signer }, ask: () => askForBroker(room, keys), logger };
  // And asked again before each later attempt.
  const first = options.broker === undefined ? await waitForBroker(search) : undefined;
  const given = options.broker;
  const url = given === undefined ? toldBroker(search, first) : givenBroker(renewedAccess(given, options), search);
  const facts = {
    ...{ languages: probed.languages, slots, isolation: probed.isolation },
    versions: ownVersions(probed.languages),
    ...(Object.keys(options.labels).length === 0 ? {} : { labels: options.labels }),
    ...(options.allow === undefined ? {} : { allow: options.allow }),
  };
  const pool = new SlotPool(probed.start, systemClock);
  const link = await JobLink.open({
    connect: (will: LastWill) =>
      new MqttJobTransport({ url, clientId: signer.peer, will, load: () => import("mqtt"), clock: systemClock }),
    ...{ keys, signer, cipher: nodeCipher, incarnation },
    presence: { type: "presence", name, agent: { ...facts, freeSlots: slots } },
    clock: systemClock,
    afterTurn: setImmediate,
    logger,
  });
  const told = (type: "online" | "superseded"): Promise<void> =>
    new Promise((resolve) => link.subscribe((event) => event.type === type && resolve()));
  const [joined, superseded] = [link.online ? Promise.resolve() : told("online"), told("superseded")];
  const ends = new DiskEnds({ folder: join(options.data, OUTBOX_FOLDER), clock: systemClock, logger });
  const telemetry = openTracing("meshbook-agent");
  const watched = { ends, delivery: new HostDelivery(room.base, sight, signer, logger), tracer: telemetry?.tracer };
  const agent = new JobAgent({ link, clock: systemClock, executor: pool, name, facts, ...watched });
  const andAll = async <T>(ending: Promise<T>): Promise<T> => {
    try {
      return await ending;
    } finally {
      pool.close();
      await endTracing(telemetry);
    }
  };
  const close = (): Promise<void> => andAll(agent.close());
  const drain = (): Promise<Drained> => andAll(agent.drain(options.drain));
  const identity = { peer: signer.peer, isolation: probed.isolation };
  return { ...identity, joined, superseded, running: () => agent.running, drain, close };
}

function renewedAccess(first: BrokerAccess, { brokerChoice, child }: AgentOptions): () => BrokerAccess {
  const now = renewed<BrokerAccess | undefined>(first, () => chosenBroker(brokerChoice, process.env));
  // A host starts its own agent with the address of its own broker.
  return () => ({ ...(now() ?? first), ...(child && { isOwn: true as const }) });
}
