// One device in a browser page, without a screen: a document over the hub and over WebRTC at once, with presence.

import { ed25519 } from "@noble/curves/ed25519.js";
import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { consoleLogger } from "#shared/adapters/consoleLogger.ts";
import { HubDocSource, hubUrl } from "#shared/adapters/hub/HubDocSource.ts";
import { MqttDocSource } from "#shared/adapters/mqtt/MqttDocSource.ts";
import { MqttJobTransport } from "#shared/adapters/MqttJobTransport.ts";
import { ObservedSource } from "#shared/adapters/ObservedSource.ts";
import { systemClock } from "#shared/adapters/systemClock.ts";
import { signallingUrl, WebrtcDocSource } from "#shared/adapters/webrtc/WebrtcDocSource.ts";
import { PeerId, RoomId } from "#shared/base/ids.ts";
import { Value } from "#shared/base/value.ts";
import { documentDigest } from "#shared/notebook/digest.ts";
import { DocSync } from "#shared/session/DocSync.ts";
import { PresenceSession } from "#shared/session/PresenceSession.ts";
import { brokerLogin, createSalt, passingId } from "#shared/rooms/brokerToken.ts";
import { asRoomSecret, deriveRoomKeys } from "#shared/rooms/roomKeys.ts";
import type { SyncView } from "#shared/session/views.ts";

export interface DeviceOptions {
  /** Address of a broker. */
  readonly mqtt?: string;
  /** The network lets nothing through between computers. */
  readonly blocked?: boolean;
}

export interface DevicePage {
  open(room: string, device: string, options?: DeviceOptions): void;
  insert(text: string): void;
  text(): string;
  digest(): string;
  view(): SyncView;
  links(): number;
  people(): readonly string[];
  problems(): readonly string[];
}

const problems: string[] = [];
addEventListener("error", (event) => problems.push(`error: ${event.message}`));
addEventListener("unhandledrejection", (event) => problems.push(`unhandled rejection: ${String(event.reason)}`));

const doc = new Y.Doc();
const awareness = new Awareness(doc);
const text = doc.getText("t");
const clock = systemClock;
const logger = consoleLogger("debug");
let sync: DocSync | undefined;
let presence: PresenceSession | undefined;
let webrtc: WebrtcDocSource | undefined;

/** As on a network that isolates its computers from one another: there is no relay, and nothing else may be used. */
class BlockedConnection extends RTCPeerConnection {
  constructor(configuration?: RTCConfiguration) {
    super({ ...configuration, iceTransportPolicy: "relay" });
  }
}

function overBroker(url: string, room: RoomId, hub: ObservedSource): MqttDocSource {
  const keys = deriveRoomKeys(room, asRoomSecret(new Uint8Array(32).fill(7)));
  return new MqttDocSource({
    ...{ keys, better: hub.connected, clock, logger },
    connect: () => {
      const [pair, salt] = [ed25519.keygen(), createSalt()];
      const sign = (message: Uint8Array) => Promise.resolve(ed25519.sign(message, pair.secretKey));
      const member = { keys, signer: { publicKey: pair.publicKey, sign }, salt };
      const access = async () => ({ url, login: await brokerLogin(member, clock.now()), isOwn: true as const });
      const self = passingId(pair.publicKey, salt);
      const load = async () => (await import("mqtt")).default;
      return { self, transport: new MqttJobTransport({ url: access, clientId: self, will: undefined, load, clock }) };
    },
  });
}

const device: DevicePage = {
  open: (roomText, deviceName, { mqtt, blocked = false } = {}) => {
    const room = RoomId.parse(roomText)!;
    const peer = PeerId.parse(deviceName.padEnd(22, "x"))!;
    webrtc = new WebrtcDocSource({
      signalling: signallingUrl(location.href),
      ...{ room, password: "password", clock, logger },
      rtc: {
        RTCPeerConnection: blocked ? BlockedConnection : RTCPeerConnection,
        RTCSessionDescription,
        RTCIceCandidate,
      },
    });
    const hub = new ObservedSource(new HubDocSource({ url: hubUrl(location.href, room), WebSocket, clock, logger }));
    const board = new PresenceSession({
      awareness,
      peer,
      name: new Value(deviceName),
      capabilities: ["chunk1"],
      clock,
    });
    presence = board;
    const networks = [hub, webrtc, ...(mqtt === undefined ? [] : [overBroker(mqtt, room, hub)])];
    const document = { doc, awareness };
    sync = new DocSync({ document, device: peer, storage: undefined, networks, board, clock, logger });
    const { view } = sync;
    const { links, forwards } = webrtc;
    const tellReach = (): void => {
      const relay = view.get().sources.some((source) => source.kind === "hub" && source.status.state === "connected");
      board.setReach({ relay: relay || forwards.get(), links: links.get() });
    };
    view.subscribe(tellReach);
    links.subscribe(tellReach);
    forwards.subscribe(tellReach);
  },
  insert: (value) => text.insert(text.length, value),
  text: () => text.toJSON(),
  digest: () => documentDigest(doc),
  view: () => sync!.view.get(),
  links: () => webrtc!.links.get().size,
  people: () => presence!.peers.get().map((view) => view.presence.name),
  problems: () => problems,
};

Object.assign(window, { device });
