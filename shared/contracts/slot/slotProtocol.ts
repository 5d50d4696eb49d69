// Between an agent (Node) and the main thread of one slot (a Deno process): frames on stdin and stdout, each a 4-byte
// big-endian length and that many bytes of UTF-8 JSON (slotFrames.ts). The agent treats every byte from a slot as
// hostile: an unknown type, bad JSON or a frame above the limit ends the slot.

import type { RunId } from "../../base/ids.ts";
import { mib, type Bytes } from "../../base/units.ts";
import type { CellProgram } from "../../ports/Kernel.ts";
import type { LoadedModules } from "../kernel/loadedModules.ts";
import type { LoadedWheels } from "../kernel/wheels.ts";

/** Everything a run may show in one batch, with room for JSON's escapes. */
export const SLOT_FRAME_LIMIT: Bytes = mib(24);

/** Bytes of a piece of a wheel. */
export const WHEEL_PIECE: Bytes = mib(4);

/**
 * Agent → slot. JavaScript cannot be interrupted from outside: then the agent ends the process. Executions may be handed
 * over before the one in front of them has ended: they begin in their order, one at a time.
 */
export type SlotRequest =
  | {
      readonly type: "execute";
      readonly run: RunId;
      /** Number of the execution, by which it can be interrupted. */
      readonly turn: number;
      readonly program: CellProgram;
      readonly before: readonly CellProgram[];
    }
  /** Modules that cells may import from now on; several, because a frame has its limit. Not answered. */
  | { readonly type: "modules"; readonly modules: LoadedModules }
  /** A piece of a wheel, in base64; the pieces of one come one behind the other. Not answered. */
  | { readonly type: "wheel"; readonly file: string; readonly piece: string; readonly last: boolean }
  /** The wheels that came since the last of these are to be installed. Not answered. */
  | { readonly type: "wheels"; readonly failures: LoadedWheels["failures"] }
  /** The answer to a `question`; without a text, why there is none, for people. */
  | { readonly type: "answer"; readonly text?: string; readonly why: string }
  /** Not answered: the execution ends, if it is the one with this number and heeds it. */
  | { readonly type: "interrupt"; readonly turn: number }
  /** Answered by `returned`, at once, whatever executes: those of these executions that have not begun never will. */
  | { readonly type: "take-back"; readonly turns: readonly number[] };

/** Slot → agent. Each `events` entry is meant to be an nbformat output, `end` a `KernelWorkerEnd`; both are parsed. */
export type SlotEvent =
  /** Once, first. */
  | { readonly type: "ready" }
  | { readonly type: "events"; readonly run: RunId; readonly events: readonly unknown[] }
  /** The cell of `run` waits for a line of text; parsed as a `KernelWorkerQuestion`. */
  | { readonly type: "question"; readonly run: RunId; readonly prompt: string; readonly secret: boolean }
  /** Those that were taken back. All others that were asked for have begun, and the ends before them have been told. */
  | { readonly type: "returned"; readonly turns: readonly number[] }
  | { readonly type: "end"; readonly run: RunId; readonly end: unknown }
  /** A cell replaced what the slot itself needs: the slot is to be ended. */
  | { readonly type: "broken" };
