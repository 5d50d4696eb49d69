// One browser with a document and blobs in IndexedDB, linked to others by WebRTC, whose class host has no blobs.

import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { RoomBlobStore } from "#shared/adapters/blobs/RoomBlobStore.ts";
import { consoleLogger } from "#shared/adapters/consoleLogger.ts";
import { systemClock } from "#shared/adapters/systemClock.ts";
import { PeerBlobs } from "#shared/adapters/webrtc/blobs/PeerBlobs.ts";
import { signallingUrl, WebrtcDocSource } from "#shared/adapters/webrtc/WebrtcDocSource.ts";
import { hashAside } from "#shared/base/hash.ts";
import { ContentHash, RoomId } from "#shared/base/ids.ts";
import { DeviceDatabase } from "../../../renderer/adapters/indexeddb/DeviceDatabase.ts";
import { IndexedDbBlobStore } from "../../../renderer/adapters/indexeddb/IndexedDbBlobStore.ts";
import { IndexedDbUploadList } from "../../../renderer/adapters/indexeddb/IndexedDbUploadList.ts";
import { webBlobRequest } from "../../../renderer/adapters/webBlobRequest.ts";

export interface BlobsPage {
  open(room: string): void;
  /** Stores a blob of `size` bytes and mentions it in the document if it is to be shared. */
  make(size: number, mention: boolean): Promise<string>;
  mentioned(): readonly string[];
  /** Milliseconds it took, and whether it was right; undefined if it was not to be had. */
  fetch(hash: string): Promise<{ readonly took: number; readonly size: number } | undefined>;
  /** Whether it is on this device. */
  kept(hash: string): Promise<boolean>;
  links(): number;
  /** Longest time the page stood still since it was asked last (milliseconds). */
  longestTask(): number;
  problems(): readonly string[];
}

const problems: string[] = [];
addEventListener("error", (event) => problems.push(`error: ${event.message}`));
addEventListener("unhandledrejection", (event) => problems.push(`unhandled rejection: ${String(event.reason)}`));

let longest = 0;
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) longest = Math.max(longest, duration);
}).observe({ type: "longtask" });

const doc = new Y.Doc();
const clock = systemClock;
const logger = consoleLogger("debug");
const database = new DeviceDatabase();
const local = new IndexedDbBlobStore(database);
const peers = new PeerBlobs({ local, clock, logger });
const room = RoomId.create();
const store = new RoomBlobStore({
  ...{ room, base: location.origin, local, peers, clock },
  uploads: new IndexedDbUploadList(database),
  request: webBlobRequest,
});
let webrtc: WebrtcDocSource | undefined;

const page: BlobsPage = {
  open: (topic) => {
    webrtc = new WebrtcDocSource({
      signalling: signallingUrl(location.href),
      ...{ room: topic, password: "password", clock, logger, blobs: peers },
      rtc: { RTCPeerConnection, RTCSessionDescription, RTCIceCandidate },
    });
    webrtc.attach({ doc, awareness: new Awareness(doc) }, () => undefined);
  },
  make: async (size, mention) => {
    const content = new Uint8Array(size);
    for (let at = 0; at < size; at += 65_536) crypto.getRandomValues(content.subarray(at, Math.min(size, at + 65_536)));
    const hash = await local.put(content);
    if (mention) doc.getMap("runs").set(`cell-${hash}`, { outputs: [{ hash, size }] });
    return hash;
  },
  mentioned: () => [...doc.getMap("runs").keys()].map((key) => key.slice("cell-".length)),
  fetch: async (text) => {
    const hash = ContentHash.parse(text)!;
    const begun = performance.now();
    const content = await store.get(hash);
    const took = performance.now() - begun;
    if (content !== undefined && (await hashAside(content)) !== hash) throw new Error("wrong bytes were let through");
    return content && { took, size: content.length };
  },
  kept: (hash) => local.has(ContentHash.parse(hash)!),
  links: () => webrtc?.links.get().size ?? 0,
  longestTask: () => {
    const last = longest;
    longest = 0;
    return last;
  },
  problems: () => problems,
};

Object.assign(window, { peer: page });
