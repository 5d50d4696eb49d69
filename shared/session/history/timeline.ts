// What the interface asks of the history of one open notebook.

import type * as Y from "yjs";
import type { CellId } from "../../base/ids.ts";
import type { Result } from "../../base/result.ts";
import type { UnixMs } from "../../base/units.ts";
import type { Readable } from "../../base/value.ts";
import type { CellChange } from "../../history/cellChanges.ts";
import type { DatedState, Person, StoredHistory } from "../../ports/HistoryStore.ts";

/** Where a history is kept. The host sees everybody all the time; this device, only while the notebook is open here. */
export type HistoryPlace = "host" | "device";

/**
 * Why the history could not be had. `away`: the host does not answer; `storage`: this device's storage does not work;
 * `damaged`: the state does not read back as it was written; `gone`: thinned out meanwhile; `not-held`: the host does
 * not have our last changes yet.
 */
export type HistoryTrouble =
  | "away"
  | "storage"
  | "damaged"
  | "gone"
  | "not-held"
  | "no-space"
  | "empty"
  | "too-large"
  | "too-many-versions"
  | "bad-name";

/** What others did while this device did not have the notebook open. */
export interface Away {
  /** Undefined where this device does not know when it last had it. */
  readonly since: UnixMs | undefined;
  readonly changes: readonly CellChange[];
  /** Clients in `changes` that somebody said are theirs. */
  readonly people: ReadonlyMap<number, Person>;
}

export interface Timeline {
  /** Best first. */
  readonly places: readonly HistoryPlace[];
  load(place: HistoryPlace): Promise<Result<StoredHistory, HistoryTrouble>>;
  /** The document as it was, one of its own; whoever asked destroys it. */
  open(place: HistoryPlace, state: DatedState): Promise<Result<Y.Doc, HistoryTrouble>>;
  /** Names a state, or the notebook as it is now; an empty name takes the name away. */
  name(place: HistoryPlace, state: DatedState | undefined, name: string): Promise<Result<DatedState, HistoryTrouble>>;
  /**
   * Keeps the notebook as it is, then makes these cells, or all, what they were. Gives the cells touched, or why the
   * present could not be kept, in which case nothing was restored.
   */
  restore(past: Y.Doc, cells?: readonly CellId[]): Promise<Result<readonly CellId[], HistoryTrouble>>;
  /** Undefined while nothing is known to have happened, and once it is dismissed. */
  readonly away: Readable<Away | undefined>;
  dismissAway(): void;
}
