// The little of Deno that a slot uses. Deno's own declarations would bring all of it, which no slot may touch.

declare const Deno: {
  readonly args: readonly string[];
  readonly stdin: { readSync(into: Uint8Array): number | null };
  readonly stdout: { writeSync(bytes: Uint8Array): number };
  readFileSync(path: string): Uint8Array<ArrayBuffer>;
  exit(code: number): never;
};

/** Calls back in this turn of the event loop, after all else in it. */
declare function setImmediate(callback: () => void): unknown;
