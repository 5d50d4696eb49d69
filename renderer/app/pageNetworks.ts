// Ways of a page to others: the hub and the links of a room, the broker of a class, and what a class host says of itself.

import type { BlobSealing } from "#shared/adapters/blobs/HostBlobs.ts";
import { HubAccess } from "#shared/adapters/hub/HubAccess.ts";
import { HubDocSource, hubUrl, hubUrlWithAccess } from "#shared/adapters/hub/HubDocSource.ts";
import type { HubMode } from "#shared/contracts/host/sealedHub.ts";
import type { MqttModule } from "#shared/adapters/MqttClientLike.ts";
import { MqttDocSource } from "#shared/adapters/mqtt/MqttDocSource.ts";
import type { RelayConnection } from "#shared/adapters/mqtt/mqttOptions.ts";
import { MqttJobTransport, type AskAccess, type MqttJobTransportOptions } from "#shared/adapters/MqttJobTransport.ts";
import { ObservedSource } from "#shared/adapters/ObservedSource.ts";
import { systemClock } from "#shared/adapters/systemClock.ts";
import type { RtcClasses } from "#shared/adapters/webrtc/chunked/rtc.ts";
import { PeerBlobs } from "#shared/adapters/webrtc/blobs/PeerBlobs.ts";
import { signallingUrl, WebrtcDocSource } from "#shared/adapters/webrtc/WebrtcDocSource.ts";
import type { RoomId } from "#shared/base/ids.ts";
import { isRecord, readInteger, readString } from "#shared/base/parse.ts";
import { ms } from "#shared/base/units.ts";
import { Value, type Readable } from "#shared/base/value.ts";
import { HOST_INFO_PATH, type HostInfo } from "#shared/contracts/host/hubProtocol.ts";
import type { BlobStore } from "#shared/ports/BlobStore.ts";
import type { Settings } from "#shared/ports/Settings.ts";
import type { LastWill } from "#shared/ports/JobTransport.ts";
import type { Logger } from "#shared/ports/Logger.ts";
import type { Signer } from "#shared/ports/Signer.ts";
import { roleOf } from "#shared/rooms/access/membership.ts";
import { mayEdit } from "#shared/rooms/access/role.ts";
import { createSalt, passingId, type BrokerMember } from "#shared/rooms/brokerToken.ts";
import { RoomSealer } from "#shared/rooms/RoomSealer.ts";
import { MARK_LENGTH } from "#shared/rooms/classMark.ts";
import { deriveRoomKeys } from "#shared/rooms/roomKeys.ts";
import type { RoomLink, RoomRef } from "#shared/rooms/roomLink.ts";
import { isSealedClass } from "#shared/rooms/sealedClass.ts";
import type { RoomMember, RoomNetworks } from "#shared/session/app/MeshbookPorts.ts";
import { TabAccess } from "../adapters/tabs/TabAccess.ts";
import { LedSource } from "../adapters/tabs/LedSource.ts";
import { pageLockSurroundings, requestTabLock } from "../adapters/tabs/requestTabLock.ts";
import { TabsDocSource } from "../adapters/tabs/TabsDocSource.ts";
import type { HostBrokers } from "./HostBrokers.ts";

/** A hub that is not reached by then is away: other ways are not left for later. */
const HUB_PATIENCE = ms(1_500);
const TEXT_LIMIT = 300;
/** Milliseconds that a host may take to say who it is. */
const INFO_LIMIT = 10_000;
/** Characters: where a broker is, with a token of some kilobytes, sealed. */
const SEALED_LIMIT = 128 * 1024;
const LARGEST_PORT = 65_535;

/** What of this page makes networks. */
export interface PageSurroundings {
  readonly signer: Signer;
  /** This device's blobs, for peers in the room. */
  readonly local: BlobStore;
  readonly settings: Settings;
  readonly brokers: HostBrokers;
  readonly logger: Logger;
  /** Resolves when direct links may be made. */
  readonly when: () => Promise<void>;
}

export function hubSource(room: RoomRef, base: string, settings: Settings, logger: Logger): HubDocSource {
  const sealing = { sealer: new RoomSealer(room), mode: knownMode(room.id, settings, isSealedClass(room)) };
  return new HubDocSource({ url: hubUrl(base, room.id), WebSocket, clock: systemClock, logger, sealing });
}

/** What this device knows of a room's host. Once it was blind, or members said so, it is never given anything in clear. */
function knownMode(room: RoomId, settings: Settings, isBlind: boolean): Value<HubMode> {
  const key = `sealed:${room}`;
  const mode = new Value<HubMode>(isBlind || settings.get(key) === true ? "sealed" : "unknown");
  mode.subscribe(() => {
    if (mode.get() === "sealed") settings.set(key, true);
  });
  return mode;
}

/** How blobs find out, also before the hub has been reached. */
export const blobSealing = (room: RoomRef, base: string, mode: Readable<HubMode>): BlobSealing => ({
  sealer: new RoomSealer(room),
  mode: async () => {
    if (mode.get() !== "unknown") return mode.get();
    const info = await readHostInfo(base);
    if (mode.get() !== "unknown" || info === undefined) return mode.get();
    return info.blind === true ? "sealed" : "plain";
  },
});

export function roomNetworks(
  room: RoomRef,
  base: string,
  { name, rules, hostIsBlind }: RoomMember,
  { signer, local, settings, brokers, logger, when }: PageSurroundings,
): RoomNetworks {
  const keys = deriveRoomKeys(room.id, room.secret);
  const blobs = new PeerBlobs({ local, clock: systemClock, logger });
  const mode = knownMode(room.id, settings, hostIsBlind);
  const card = async (): Promise<Uint8Array> => {
    await when();
    return (await import("#shared/session/access/ownBox.ts")).ownCard(settings, signer);
  };
  // A blind host is not told names; members see them in one another's presence.
  const shown = (): string => (mode.get() === "sealed" ? "" : name());
  const access = new HubAccess({ room: room.id, host: new URL(base).host, signer, name: shown, card, logger });
  const url = hubUrlWithAccess(base, room.id);
  const sealing = { sealer: new RoomSealer(room), mode };
  const mayPassOn = (): boolean => mayEdit(roleOf(rules.membership.get(), signer.peer));
  const common = { clock: systemClock, logger };
  const speaking = { url, WebSocket, ...common, access, sealing, mayPassOn, speaksForTabs: true };
  const hub = new ObservedSource(new HubDocSource(speaking));
  const whenSpare = (): Promise<void> => Promise.race([when(), untilMissed(hub.connected)]);
  const webrtc = new WebrtcDocSource({
    signalling: signallingUrl(base),
    room: keys.topicTag,
    password: keys.webrtcPassword,
    rtc: pageRtc(),
    when: whenSpare,
    blobs,
    access: { room: room.id, signer, rules },
    clock: systemClock,
    logger,
  });
  const connect = (): RelayConnection => connectRelay(brokers, base, { keys, signer, salt: createSalt() });
  const needed = { better: hub.connected, links: webrtc.links, when: whenSpare };
  const mqtt = new MqttDocSource({ keys, connect, ...needed, ...common });
  const tabs = new TabsDocSource({
    room: room.id,
    lock: () => requestTabLock(`notebook-${room.id}`, pageLockSurroundings(systemClock)),
    clock: systemClock,
  });
  const board = new TabAccess(access, mode, tabs);
  const led = [webrtc, mqtt].map((source) => new LedSource(source, tabs, { clock: systemClock }));
  const ledHub = new LedSource(hub, tabs, { clock: systemClock, shared: true });
  const others = either(tabs.led, webrtc.forwards);
  return { sources: [tabs, ledHub, ...led], links: webrtc.links, led: others, blobs, access: board, hubMode: mode };
}

/** The page's WebRTC; undefined where it is turned off. */
function pageRtc(): RtcClasses | undefined {
  // reason: the DOM's types know no browser without it.
  const { RTCPeerConnection: connection } = globalThis as { RTCPeerConnection?: RtcClasses["RTCPeerConnection"] };
  return connection && { RTCPeerConnection: connection, RTCSessionDescription, RTCIceCandidate };
}

/** Resolves if the hub has not been reached in good time, and never if it has. */
function untilMissed(connected: Readable<boolean>): Promise<void> {
  return new Promise((resolve) => {
    systemClock.after(HUB_PATIENCE, () => {
      if (!connected.get()) resolve();
    });
  });
}

/** True while one of the two is. Both live as long as this one. */
function either(one: Readable<boolean>, other: Readable<boolean>): Readable<boolean> {
  const value = new Value(one.get() || other.get());
  for (const each of [one, other]) each.subscribe(() => value.set(one.get() || other.get()));
  return value;
}

export function connectJobs(brokers: HostBrokers, room: RoomLink, signer: Signer, will: LastWill): MqttJobTransport {
  const keys = deriveRoomKeys(room.id, room.secret);
  brokers.know(room.base, keys);
  return connectMqtt(brokers.access(room.base, { keys, signer }), brokers, { clientId: signer.peer, will });
}

/** Under a passing id: the device's own belongs to its jobs, and a broker throws out the older of two that agree. */
function connectRelay(brokers: HostBrokers, base: string, member: Required<BrokerMember>): RelayConnection {
  const self = passingId(member.signer.publicKey, member.salt);
  return { self, transport: connectMqtt(brokers.access(base, member), brokers, { clientId: self, will: undefined }) };
}

function connectMqtt(
  url: AskAccess,
  { versions }: HostBrokers,
  own: Pick<MqttJobTransportOptions, "clientId" | "will">,
): MqttJobTransport {
  const load = async (): Promise<MqttModule> => (await import("mqtt")).default;
  return new MqttJobTransport({ url, versions, ...own, load, clock: systemClock });
}

/** Undefined if there is no answer, or one that is none of a class host. */
export async function readHostInfo(base: string): Promise<HostInfo | undefined> {
  try {
    const response = await fetch(`${base}${HOST_INFO_PATH}`, {
      credentials: "omit",
      redirect: "error",
      signal: AbortSignal.timeout(INFO_LIMIT),
    });
    return response.ok ? parseHostInfo(await response.json()) : undefined;
  } catch {
    return undefined;
  }
}

function parseHostInfo(value: unknown): HostInfo | undefined {
  if (!isRecord(value)) return undefined;
  const name = readString(value["name"], TEXT_LIMIT);
  const version = readString(value["version"], TEXT_LIMIT);
  const address = readString(value["address"], TEXT_LIMIT);
  const mqttPort = readInteger(value["mqttPort"], 1, LARGEST_PORT);
  if (name === undefined || version === undefined || address === undefined || mqttPort === undefined) return undefined;
  const broker = readString(value["broker"], SEALED_LIMIT);
  const now = readInteger(value["now"], 0, Number.MAX_SAFE_INTEGER);
  const classMark = readString(value["classMark"], MARK_LENGTH);
  const told = {
    ...(broker === undefined ? {} : { broker }),
    ...(now === undefined ? {} : { now }),
    ...(classMark === undefined ? {} : { classMark }),
  };
  const more = { ...told, ...(value["traces"] === true && { traces: true }) };
  return { name, version, address, mqttPort, blind: value["blind"] === true, ...more };
}
