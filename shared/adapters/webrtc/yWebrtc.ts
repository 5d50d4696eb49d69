// y-webrtc's objects as far as we touch them. The package describes itself only in a place the compiler does not look.

import type { Awareness } from "y-protocols/awareness";
import type * as Y from "yjs";
import type { PeerConnection } from "./chunked/rtc.ts";

export interface YWebrtcModule {
  readonly WebrtcProvider: new (room: string, doc: Y.Doc, options: YWebrtcOptions) => YWebrtcProvider;
}

export interface YWebrtcOptions {
  readonly signaling: readonly string[];
  readonly awareness: Awareness;
  readonly maxConns: number;
  /** Options of simple-peer. */
  readonly peerOpts: Readonly<Record<string, unknown>>;
}

export interface YWebrtcProvider {
  /** Resolves before `room` is set. */
  readonly key: PromiseLike<unknown>;
  readonly room: YWebrtcRoom | null;
  /** What it offers over new links. */
  doc: Y.Doc;
  readonly signalingConns: readonly SignallingSocket[];
  on(event: "peers", listener: () => void): void;
  disconnect(): void;
  destroy(): void;
}

export interface YWebrtcRoom {
  readonly peerId: string;
  readonly webrtcConns: ReadonlyMap<string, YWebrtcLink>;
  doc: Y.Doc;
  /** Sends what it broadcasts to tabs of this browser, too. */
  bcconnected: boolean;
  mux: (work: () => void) => void;
  awareness: unknown;
  readonly _docUpdateHandler: (update: Uint8Array, origin: unknown) => void;
  readonly _awarenessUpdateHandler: (change: unknown, origin: unknown) => void;
  readonly _beforeUnloadHandler: () => void;
}

export interface YWebrtcLink {
  readonly remotePeerId: string;
  readonly connected: boolean;
  /** Set when our offer was sent; decides between two offers that crossed. */
  readonly glareToken: number | undefined;
  readonly peer: SimplePeer;
  destroy(): void;
}

export interface SimplePeer {
  readonly initiator: boolean;
  /** Bytes that have not left this device. */
  readonly bufferSize: number;
  /** Null when it has ended. */
  readonly _pc: PeerConnection | null;
  /** Set anew by `LinkGate`, and by `LinkParts`, which looks at what y-webrtc sends. */
  send: (message: Uint8Array) => void;
  on(event: "connect" | "close", listener: () => void): void;
  on(event: "iceStateChange", listener: (state: string) => void): void;
  on(event: "data", listener: (message: Uint8Array) => void): void;
  listeners(event: "data"): readonly ((message: Uint8Array) => void)[];
  removeAllListeners(event: "data"): void;
}

/** One WebSocket to a signalling server (lib0's WebsocketClient). */
export interface SignallingSocket {
  readonly connected: boolean;
  readonly ws: { readonly readyState: number; onmessage: ((event: unknown) => void) | null } | null;
  send(message: unknown): void;
  emit(event: string, args: readonly unknown[]): unknown;
}

/** Loaded when first needed: half of the page's first load would be WebRTC that a page alone does not use. */
export async function loadYWebrtc(): Promise<YWebrtcModule> {
  // reason: see above; what is used of the module is what `YWebrtcModule` says.
  return (await import("y-webrtc")) as unknown as YWebrtcModule;
}
