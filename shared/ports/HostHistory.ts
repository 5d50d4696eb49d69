import type { StateId } from "../base/ids.ts";
import type { Result } from "../base/result.ts";
import type { DatedState, StoredHistory } from "./HistoryStore.ts";

/** Why a class host did not do as asked; `away`: it did not answer, or not as a class host does. */
export type HostHistoryRefusal =
  | "away"
  | "no-space"
  | "empty"
  | "too-large"
  | "too-many-versions"
  | "unknown-state"
  | "bad-name";

/**
 * The history of one notebook that its class host keeps. Everything that comes from a host is parsed and capped. Nothing
 * here rejects: a host that cannot be reached is an ordinary thing.
 */
export interface HostHistory {
  load(): Promise<Result<StoredHistory, "away">>;
  /** The deflated state; `unknown-state` when it has been thinned out meanwhile. */
  read(state: StateId): Promise<Result<Uint8Array, "away" | "unknown-state">>;
  /** Gives a state a name, an empty one takes it away. Without a state: the document as the host has it now. */
  name(state: StateId | undefined, name: string, by: string): Promise<Result<DatedState, HostHistoryRefusal>>;
  /** The host keeps the document as it has it now, because something is about to be restored. */
  keep(): Promise<Result<DatedState, HostHistoryRefusal>>;
}
