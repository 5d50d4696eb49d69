// The page of the peer-to-peer tests: one replica with a WebRTC source, driven from the test by `window.peer`.

import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { consoleLogger } from "#shared/adapters/consoleLogger.ts";
import { systemClock } from "#shared/adapters/systemClock.ts";
import { WebrtcDocSource, signallingUrl } from "#shared/adapters/webrtc/WebrtcDocSource.ts";
import { documentDigest } from "#shared/notebook/digest.ts";
import type { AttachedSource, SourceStatus } from "#shared/ports/DocSource.ts";

export interface PeerPage {
  open(room: string, password: string): void;
  close(): Promise<void>;
  insert(index: number, text: string): void;
  insertLarge(size: number): void;
  length(): number;
  text(): string;
  digest(): string;
  status(): SourceStatus | undefined;
  show(field: string, value: unknown): void;
  shown(field: string): readonly unknown[];
  clientId(): number;
  links(): readonly string[];
  resync(): void;
  problems(): readonly string[];
}

const problems: string[] = [];
addEventListener("error", (event) => problems.push(`error: ${event.message}`));
addEventListener("unhandledrejection", (event) => problems.push(`unhandled rejection: ${String(event.reason)}`));

const doc = new Y.Doc();
const awareness = new Awareness(doc);
const text = doc.getText("t");
let source: WebrtcDocSource | undefined;
let attached: AttachedSource | undefined;
let status: SourceStatus | undefined;

const peer: PeerPage = {
  open: (room, password) => {
    source = new WebrtcDocSource({
      signalling: signallingUrl(location.href),
      room,
      password,
      rtc: { RTCPeerConnection, RTCSessionDescription, RTCIceCandidate },
      clock: systemClock,
      logger: consoleLogger("debug"),
    });
    attached = source.attach({ doc, awareness }, (next) => (status = next));
  },
  close: async () => {
    await attached?.detach();
    attached = undefined;
  },
  insert: (index, value) => text.insert(index, value),
  insertLarge: (size) => {
    // Text that does not compress and is no repetition: letters from a generator.
    let state = 1;
    let letters = "";
    while (letters.length < size) {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      letters += state.toString(36);
    }
    text.insert(0, letters.slice(0, size));
  },
  length: () => text.length,
  text: () => text.toJSON(),
  digest: () => documentDigest(doc),
  status: () => status,
  show: (field, value) => awareness.setLocalStateField(field, value),
  shown: (field) =>
    [...awareness.getStates()].filter(([id]) => id !== doc.clientID).map(([, state]) => state[field] as unknown),
  clientId: () => doc.clientID,
  links: () => [...(source?.links.get() ?? [])],
  resync: () => attached?.resync(),
  problems: () => problems,
};

Object.assign(window, { peer });
