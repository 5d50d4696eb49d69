// The little of Deno that a slot uses. Deno's own declarations would bring all of it, which no slot may touch.

declare const Deno: {
  readonly stdin: { readonly readable: ReadableStream<Uint8Array> };
  readonly stdout: { writeSync(bytes: Uint8Array): number };
  exit(code: number): never;
};
