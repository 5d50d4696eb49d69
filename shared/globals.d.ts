// The host globals that `shared/` may use. Browsers, workers, Node and Deno all have them; nothing else is allowed here.

declare const console: { debug: LogLine; info: LogLine; warn: LogLine; error: LogLine };
type LogLine = (...parts: readonly unknown[]) => void;

declare function setTimeout(callback: () => void, milliseconds: number): TimerId;
declare function clearTimeout(timer: TimerId | undefined): void;
declare function setInterval(callback: () => void, milliseconds: number): TimerId;
declare function clearInterval(timer: TimerId | undefined): void;
/** Node gives an object, browsers a number; nobody may look inside. */
type TimerId = object | number;

declare function queueMicrotask(callback: () => void): void;
declare function structuredClone<T>(value: T): T;

declare const crypto: { getRandomValues<T extends Uint8Array>(bytes: T): T };
declare const performance: { now(): number };

declare class MessageChannel {
  readonly port1: MessagePort;
  readonly port2: MessagePort;
}
interface MessagePort {
  onmessage: (() => void) | null;
  postMessage(message: unknown): void;
  close(): void;
}

declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}
declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean });
  decode(bytes?: Uint8Array): string;
}

declare class URL {
  static canParse(url: string, base?: string): boolean;
  constructor(url: string, base?: string);
  username: string;
  password: string;
  href: string;
  readonly origin: string;
  protocol: string;
  host: string;
  hostname: string;
  port: string;
  pathname: string;
  search: string;
  hash: string;
}

declare class AbortController {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
}
interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: "abort", listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

declare class ReadableStream {
  constructor(
    source: { pull: (controller: { enqueue(piece: Uint8Array): void; close(): void }) => void },
    strategy?: { highWaterMark: number },
  );
  pipeThrough(transform: CompressionStream | DecompressionStream): ReadableStream;
  getReader(): { read(): Promise<{ value: Uint8Array | undefined }>; cancel(): Promise<void> };
}
declare class CompressionStream {
  constructor(format: "deflate");
  readonly readable: unknown;
}
declare class DecompressionStream {
  constructor(format: "deflate" | "deflate-raw");
  readonly readable: unknown;
}

/** A handle of bytes. Browsers, workers, Node and Deno have more of it; here only its size is asked for. */
interface Blob {
  readonly size: number;
}
