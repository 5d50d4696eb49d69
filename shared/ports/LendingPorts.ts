import type { Readable } from "../base/value.ts";
import type { Clock } from "./Clock.ts";
import type { CellLanguage, Kernel } from "./Kernel.ts";
import type { Signer } from "./Signer.ts";

/** A kernel for others, alone in its frame. */
export interface LentKernel {
  readonly kernel: Kernel;
  /** Ends it, and what it lives in. */
  close(): void;
}

/** What a page lends its kernels to a class by. */
export interface LendingPorts {
  /** Kernels that others may use at once, at most: one core is left to the page itself. At least 1. */
  readonly mostSlots: number;
  readonly languages: readonly CellLanguage[];
  /** Goes on while the page is hidden, when browsers let a page's own timers wait for a minute. */
  readonly clock: Clock;
  /** What this computer runs on; undefined, in either way, where that is not known. */
  readonly power?: Readable<{ readonly plugged: boolean; readonly level: number } | undefined>;
  /** A new identity for each lending: as an agent the page is another peer than as the person who uses it. */
  identity(): Promise<Signer>;
  /** Starts a kernel in an opaque origin of its own, in which nothing can be imported. */
  start(): Promise<LentKernel>;
}
