// How a page reads the history that a class host keeps: plain http under the room's id, which cannot be guessed.
//   GET  /history/<roomId>            → `writeHistory` as JSON
//   GET  /history/<roomId>/<stateId>  → the state, deflated
//   POST /history/<roomId>            ← `HistoryOrder` as JSON → the state it was about, or `HistoryRefusal` (409)

import { StateId } from "../../base/ids.ts";
import { isRecord, readOneOf, readString } from "../../base/parse.ts";
import { kib, mib, type Bytes } from "../../base/units.ts";

export const HISTORY_PATH = "/history/";

/** Largest order: a name and an id. */
export const HISTORY_ORDER_LIMIT: Bytes = kib(4);
/** Largest list a page reads: 500 states, each with a class of authors, are 2 MiB. */
export const HISTORY_LIST_LIMIT: Bytes = mib(64);

const TEXT_LIMIT = 1_024;

/** `name` gives a state a name, an empty one takes it away; without a state, the document as it is now is kept for it. */
export type HistoryOrder =
  | { readonly type: "name"; readonly state: StateId | undefined; readonly name: string; readonly by: string }
  | { readonly type: "keep"; readonly cause: "before-restore" };

export const HISTORY_REFUSALS = ["empty", "too-large", "too-many-versions", "unknown-state", "bad-name"] as const;
export type HistoryRefusal = (typeof HISTORY_REFUSALS)[number];

export function parseHistoryOrder(value: unknown): HistoryOrder | undefined {
  if (!isRecord(value)) return undefined;
  const type = readOneOf(value["type"], ["name", "keep"]);
  if (type === "keep") return { type, cause: "before-restore" };
  const name = readString(value["name"], TEXT_LIMIT);
  const by = readString(value["by"], TEXT_LIMIT);
  if (type === undefined || name === undefined || by === undefined) return undefined;
  const state = StateId.parse(value["state"]);
  return value["state"] !== undefined && state === undefined ? undefined : { type, state, name, by };
}
