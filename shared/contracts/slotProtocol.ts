// Between an agent (Node) and the main thread of one slot (a Deno process): frames on stdin and stdout, each a 4-byte
// big-endian length and that many bytes of UTF-8 JSON. The agent treats every byte from a slot as hostile: an unknown
// type, bad JSON or a frame above the limit ends the slot.

import type { RunId } from "../base/ids.ts";
import type { CellProgram } from "../ports/Kernel.ts";

/** Bytes; the same cap as on one batch of outputs. */
export const SLOT_FRAME_LIMIT = 12 * 1024 * 1024;

/** Agent → slot. */
export type SlotRequest =
  | {
      readonly type: "execute";
      readonly run: RunId;
      readonly program: CellProgram;
      readonly before: readonly CellProgram[];
    }
  /** Cooperative stop is not possible for JavaScript: the agent kills the process. Here for languages where it is. */
  | { readonly type: "interrupt"; readonly run: RunId };

/** Slot → agent. `events` holds nbformat outputs, parsed with `parseOutput`. */
export type SlotEvent =
  | { readonly type: "ready" }
  | { readonly type: "events"; readonly run: RunId; readonly events: readonly unknown[] }
  | { readonly type: "end"; readonly run: RunId; readonly end: unknown };
