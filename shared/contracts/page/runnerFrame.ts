// Between the app page and the runner frame: a document with an opaque origin, in which kernels are classic workers.
// Handshake: the frame posts `hello` to its parent (the app takes it only from the frame's own window and with origin
// "null"); the app answers `init`; from then on the frame obeys only messages on the port that came with `init`.

/** Where every server of our pages serves the frame, with `RUNNER_HEADERS`. */
export const RUNNER_PATH = "/runner.html";

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
  /** Interrupt a kernel's execution by shared memory, if it is the one with this number. Not answered. */
  | { readonly type: "interrupt"; readonly kernel: string; readonly turn: number }
  /** Give a kernel that sleeps the line it asked for; without a text it is refused. Not answered. */
  | { readonly type: "answer"; readonly kernel: string; readonly text?: string }
  /** Terminate a kernel worker at once. Answered by `stopped`. */
  | { readonly type: "stop"; readonly kernel: string }
  /** Load the program that draws diagrams. Not answered. */
  | { readonly type: "load"; readonly program: Blob }
  /** Draw a diagram in Mermaid's language. Answered by `drawn` with the same number. */
  | { readonly type: "draw"; readonly id: number; readonly source: string; readonly dark: boolean }
  /** Become this document, whose scripts run. Nothing but `dress` is asked of the frame afterwards. Not answered. */
  | { readonly type: "show"; readonly document: string; readonly dress: FrameDress }
  /** Look like the page around the frame. Not answered. */
  | { readonly type: "dress"; readonly dress: FrameDress }
  /** Answered by `pong` with the same number: a frame that does not answer is dead and is replaced. */
  | { readonly type: "ping"; readonly nonce: number };

/** Colours and fonts of the page, as custom properties of CSS. */
export interface FrameDress {
  readonly tokens: Readonly<Record<string, string>>;
  readonly colorScheme: string;
}

/** Frame → app, on the port. */
export type RunnerEvent =
  /** The worker was created; it says by itself, on its own port, when it can execute. */
  | { readonly type: "started"; readonly kernel: string }
  | {
      readonly type: "stopped";
      readonly kernel: string;
      readonly reason: "asked" | "failed";
      readonly message: string;
    }
  /** An SVG, made by a program that has read a stranger's text, or why there is none. */
  | { readonly type: "drawn"; readonly id: number; readonly svg: string }
  | { readonly type: "drawn"; readonly id: number; readonly failure: string }
  /** Height in pixels of what is shown, as its scripts want it to be. */
  | { readonly type: "size"; readonly height: number }
  | { readonly type: "pong"; readonly nonce: number };
