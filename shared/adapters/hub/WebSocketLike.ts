/** What is used of a WebSocket: the browser's own, or that of the `ws` package. */
export interface WebSocketLike {
  binaryType: string;
  readonly readyState: number;
  /** The subprotocol that was agreed on; empty if none was. */
  readonly protocol: string;
  /** Bytes given to `send` that have not left. */
  readonly bufferedAmount: number;
  send(data: Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: "open" | "error", listener: () => void): void;
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: "close", listener: (event: { readonly code: number; readonly reason: string }) => void): void;
}

export type WebSocketClass = new (url: string, protocols?: string[]) => WebSocketLike;

/** `readyState` of a socket that can send. */
export const SOCKET_OPEN = 1;
/** Close codes of RFC 6455, and its registry, that say why. */
export const CLOSE_POLICY = 1008;
export const CLOSE_TOO_LARGE = 1009;
export const CLOSE_TRY_LATER = 1013;
