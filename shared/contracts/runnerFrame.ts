// Between the app page and the runner frame: a document with an opaque origin, in which kernels are classic workers.
// Handshake: the frame posts `hello` (its event.origin must be "null"); the app answers `init` with the nonce it put in
// the frame's URL; from then on the frame obeys only messages on the port that came with `init`.

/** Frame → app window, once: the bootstrap is listening. */
export interface RunnerHello {
  readonly type: "meshbook-runner-hello";
}

/** App → frame window, once, with a MessagePort transferred. */
export interface RunnerInit {
  readonly type: "meshbook-runner-init";
}

/** App → frame, on the port. */
export type RunnerRequest =
  /** Start a kernel worker; its comlink endpoint is the transferred port. Answered by `started` or `stopped`. */
  | { readonly type: "start"; readonly kernel: string }
  /** Terminate a kernel worker at once. Answered by `stopped`. */
  | { readonly type: "stop"; readonly kernel: string };

/** Frame → app, on the port. */
export type RunnerEvent =
  | { readonly type: "started"; readonly kernel: string }
  | {
      readonly type: "stopped";
      readonly kernel: string;
      readonly reason: "asked" | "failed";
      readonly message: string;
    };
