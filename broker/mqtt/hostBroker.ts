// Which broker carries the jobs of this class: the host's own, in a process that it starts, or one that somebody else runs.

import { join } from "node:path";
import type { Clock } from "#shared/ports/Clock.ts";
import type { Logger } from "#shared/ports/Logger.ts";
import { sealToldBroker, shownBrokerUrl, type ToldBroker } from "#shared/rooms/brokerAccess.ts";
import { memberKeyOf } from "#shared/rooms/brokerToken.ts";
import { deriveRoomKeys } from "#shared/rooms/roomKeys.ts";
import type { RoomRef } from "#shared/rooms/roomLink.ts";
import { bracketed, localAddress } from "../hostAddresses.ts";
import { explainListening } from "../explainStart.ts";
import { HostStartError } from "../HostStartError.ts";
import type { HostTls } from "../tls/HostTls.ts";
import { openTlsFront } from "../tls/openTls.ts";
import type { BrokerCounts } from "./brokerCounts.ts";
import { BrokerProcess } from "./process/BrokerProcess.ts";
import type { BrokerAddress } from "./process/pipeToBroker.ts";
import type { RealmKey } from "./realmKey.ts";

/** Where brokers listen when an address names no port. */
const DEFAULT_PORTS: Readonly<Record<string, number>> = { "mqtt:": 1883, "mqtts:": 8883, "ws:": 80, "wss:": 443 };

export interface HostBroker {
  /** TCP port of MQTT for others. */
  readonly publicPort: number;
  /** Where the host's `/mqtt` leads; undefined if that broker has a WebSocket of its own and pages go there. */
  readonly inside: BrokerAddress | undefined;
  /** What an agent on this computer is told; undefined: it asks the host, as agents elsewhere do. */
  readonly agentUrl: string | undefined;
  /** Somebody else's broker: its address for people, and what members are told, sealed. */
  readonly outside: { readonly shown: string; readonly told: () => string } | undefined;
  /** What the own one counted. */
  readonly counts: () => BrokerCounts | undefined;
}

export interface HostBrokerOptions {
  readonly dist: string;
  readonly host: string;
  readonly mqttPort: number;
  /** Asked whenever a member asks: logins are renewed. */
  readonly outsideBroker?: (() => ToldBroker) | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

type Closers = (() => Promise<void>)[];

/** @throws HostStartError in words for the one who started the host */
export function openHostBroker(
  options: HostBrokerOptions,
  place: { readonly tls: HostTls | undefined; readonly room: RoomRef | undefined },
  closers: Closers,
): Promise<HostBroker> {
  const { outsideBroker } = options;
  if (outsideBroker === undefined) return startOwn(options, place, closers);
  if (place.room === undefined) {
    throw new HostStartError(
      "a blind host cannot tell its members of another broker: leave out --broker-url or --blind",
    );
  }
  return Promise.resolve(useOutside(outsideBroker, place.room));
}

function useOutside(chosen: () => ToldBroker, room: RoomRef): HostBroker {
  const told = chosen();
  const keys = deriveRoomKeys(room.id, room.secret);
  const { protocol, hostname, port } = new URL(told.agents.url);
  const publicPort = port === "" ? (DEFAULT_PORTS[protocol] ?? 0) : Number(port);
  const host = hostname.replace(/^\[|\]$/g, "");
  const inside = { host, port: publicPort, secure: protocol === "mqtts:" };
  return {
    publicPort,
    inside: told.pages === undefined ? inside : undefined,
    agentUrl: undefined,
    outside: { shown: shownBrokerUrl(told.agents), told: () => sealToldBroker(keys, chosen()) },
    counts: () => undefined,
  };
}

async function startOwn(
  { dist, host, mqttPort, clock, logger }: HostBrokerOptions,
  { tls, room }: { readonly tls: HostTls | undefined; readonly room: RoomRef | undefined },
  closers: Closers,
): Promise<HostBroker> {
  const script = join(dist, "node/broker.mjs");
  // Behind TLS it is reached on loopback alone.
  const place = tls === undefined ? { host, port: mqttPort } : { host: "127.0.0.1", port: 0 };
  const realmKeys = room === undefined ? [] : [await realmKeyOf(room)];
  const broker = await BrokerProcess.start({ script, ...place, realmKeys, clock, logger }).catch((error: unknown) =>
    explainListening(error, { ...place, option: "--mqtt-port" }),
  );
  closers.push(() => broker.stop());
  const inside = { host: localAddress(place.host), port: broker.port };
  const agentUrl = `mqtt://${bracketed(inside.host)}:${inside.port}`;
  const own = { inside, agentUrl, outside: undefined, counts: () => broker.counts };
  if (tls === undefined) return { ...own, publicPort: broker.port };
  const front = await openTlsFront({ tls, host, port: mqttPort, broker: inside, logger });
  closers.push(() => front.close());
  return { ...own, publicPort: front.port };
}

/** What the broker may know of the class: by which public key to tell its members. A blind host knows none. */
async function realmKeyOf({ id, secret }: RoomRef): Promise<RealmKey> {
  const keys = deriveRoomKeys(id, secret);
  return { tag: keys.topicTag, key: Buffer.from(await memberKeyOf(keys)).toString("hex") };
}
