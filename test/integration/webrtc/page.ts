// The page of the peer-to-peer tests: one replica with a WebRTC source, driven from the test by `window.peer`.

import { Awareness } from "y-protocols/awareness";
import { WebrtcProvider as UntypedProvider } from "y-webrtc";
import * as Y from "yjs";
import { consoleLogger } from "#shared/adapters/consoleLogger.ts";
import { systemClock } from "#shared/adapters/systemClock.ts";
import { LINK_FIELD, RELAY_FIELD } from "#shared/adapters/webrtc/mesh/MeshKeeper.ts";
import { WebrtcDocSource, signallingUrl } from "#shared/adapters/webrtc/WebrtcDocSource.ts";
import { documentDigest } from "#shared/notebook/digest.ts";
import type { AttachedSource, SourceStatus } from "#shared/ports/DocSource.ts";

export interface PeerPage {
  open(room: string, password: string): void;
  close(): Promise<void>;
  insert(index: number, text: string): void;
  /** So many letters in one text, or in several as a notebook has them. */
  insertLarge(size: number, texts?: number): void;
  /** One value of so many letters, which no part can be cut from. */
  setValue(size: number): void;
  /** Ends all connections at once, without a word to the other side. */
  cut(): void;
  /** Bytes that came over all data channels so far. */
  bytesReceived(): number;
  /** Bytes of the document said to have come in parts, each time it was said. */
  progress(): readonly number[];
  length(): number;
  text(): string;
  digest(): string;
  status(): SourceStatus | undefined;
  /** Why peer-to-peer was said to be offline, each time that it was. */
  excuses(): readonly string[];
  show(field: string, value: unknown): void;
  shown(field: string): readonly unknown[];
  clientId(): number;
  ownName(): string | undefined;
  links(): readonly string[];
  /** How others name its end of links. */
  end(): string | undefined;
  /** Whether it shows that it is a relay. */
  serves(): boolean;
  resync(): void;
  /** Joins with y-webrtc as it comes from the registry, in place of our source. */
  openStock(room: string, password: string): void;
  /** Sends bytes as they are over every link of the stock peer. */
  sendRaw(messages: readonly (readonly number[])[]): void;
  /** Joins another room with another document, from the same page; leaves it. */
  openSecond(room: string, password: string): void;
  closeSecond(): Promise<void>;
  problems(): readonly string[];
}

const WebrtcProvider = UntypedProvider as new (room: string, doc: Y.Doc, options: object) => StockProvider;

const problems: string[] = [];
addEventListener("error", (event) => problems.push(`error: ${event.message}`));
addEventListener("unhandledrejection", (event) => problems.push(`unhandled rejection: ${String(event.reason)}`));

const connections = new Set<RTCPeerConnection>();
let bytesReceived = 0;

/** Connections that count what comes, and can be cut. */
class WatchedConnection extends RTCPeerConnection {
  constructor(configuration?: RTCConfiguration) {
    super(configuration);
    connections.add(this);
    this.addEventListener("datachannel", ({ channel }) => count(channel));
  }

  override createDataChannel(label: string, options?: RTCDataChannelInit): RTCDataChannel {
    const channel = super.createDataChannel(label, options);
    count(channel);
    return channel;
  }
}

function count(channel: RTCDataChannel): void {
  channel.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
    if (data instanceof ArrayBuffer) bytesReceived += data.byteLength;
  });
}

const progress: number[] = [];
const doc = new Y.Doc();
const awareness = new Awareness(doc);
const text = doc.getText("t");
const cells = doc.getMap<Y.Text>("cells");
let source: WebrtcDocSource | undefined;
let attached: AttachedSource | undefined;
let status: SourceStatus | undefined;
const excuses: string[] = [];
let stock: StockProvider | undefined;
let second: AttachedSource | undefined;

/** What the tests touch of a stock provider. */
interface StockProvider {
  readonly room: { readonly webrtcConns: ReadonlyMap<string, { peer: { send(bytes: Uint8Array): void } }> } | null;
}

function sourceOf(room: string, password: string): WebrtcDocSource {
  return new WebrtcDocSource({
    signalling: signallingUrl(location.href),
    room,
    password,
    rtc: { RTCPeerConnection: WatchedConnection, RTCSessionDescription, RTCIceCandidate },
    clock: systemClock,
    logger: consoleLogger("debug"),
  });
}

const peer: PeerPage = {
  open: (room, password) => {
    source = sourceOf(room, password);
    attached = source.attach({ doc, awareness }, (next) => {
      status = next;
      if (next.state === "offline") excuses.push(next.reason);
      if (next.state === "connected" && next.receiving) progress.push(next.receiving.received);
    });
  },
  close: async () => {
    await attached?.detach();
    attached = undefined;
  },
  insert: (index, value) => text.insert(index, value),
  insertLarge: (size, texts = 1) => {
    // Text that does not compress and is no repetition: letters from a generator.
    let state = 1;
    let letters = "";
    while (letters.length < size) {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      letters += state.toString(36);
    }
    const each = Math.ceil(size / texts);
    if (texts === 1) text.insert(0, letters.slice(0, size));
    else {
      doc.transact(() => {
        for (let at = 0; at < size; at += each) {
          cells.set(String(at), new Y.Text(letters.slice(at, Math.min(size, at + each))));
        }
      });
    }
  },
  setValue: (size) => void doc.getMap("values").set("large", "x".repeat(size)),
  cut: () => {
    for (const connection of connections) connection.close();
    connections.clear();
  },
  bytesReceived: () => bytesReceived,
  progress: () => progress,
  length: () => [...cells.values()].reduce((sum, cell) => sum + cell.length, text.length),
  text: () => text.toJSON(),
  digest: () => documentDigest(doc),
  status: () => status,
  excuses: () => excuses,
  show: (field, value) => awareness.setLocalStateField(field, value),
  shown: (field) =>
    [...awareness.getStates()].filter(([id]) => id !== doc.clientID).map(([, state]) => state[field] as unknown),
  clientId: () => doc.clientID,
  ownName: () => (awareness.getLocalState()?.["user"] as { name?: string } | undefined)?.name,
  links: () => [...(source?.links.get() ?? [])],
  end: () => awareness.getLocalState()?.[LINK_FIELD] as string | undefined,
  serves: () => awareness.getLocalState()?.[RELAY_FIELD] === true,
  resync: () => attached?.resync(),
  openStock: (room, password) => {
    stock = new WebrtcProvider(room, doc, {
      signaling: [signallingUrl(location.href)],
      password,
      awareness,
      peerOpts: { config: { iceServers: [] } },
    });
  },
  sendRaw: (messages) => {
    for (const link of stock?.room?.webrtcConns.values() ?? []) {
      for (const message of messages) link.peer.send(new Uint8Array(message));
    }
  },
  openSecond: (room, password) => {
    const other = new Y.Doc();
    second = sourceOf(room, password).attach({ doc: other, awareness: new Awareness(other) }, () => {});
  },
  closeSecond: async () => {
    await second?.detach();
  },
  problems: () => problems,
};

Object.assign(window, { peer });
