import type { ContentHash, PeerId, RoomId, StateId } from "../base/ids.ts";
import type { Bytes, UnixMs } from "../base/units.ts";

/** Why a state was kept. A cause that newer code wrote reads as `interval`. */
export const STATE_CAUSES = [
  "opened",
  "interval",
  "quiet",
  "before-deletion",
  "before-restore",
  "version",
  "closed",
] as const;
export type StateCause = (typeof STATE_CAUSES)[number];

/**
 * What one Yjs client wrote between a state and the one before it: its clocks `from` (inclusive) to `to` (exclusive),
 * some time between `first` and `last`. `first` 0: before this history began.
 */
export interface Contribution {
  readonly client: number;
  readonly from: number;
  readonly to: number;
  readonly first: UnixMs;
  readonly last: UnixMs;
}

/** Given to a state by somebody, who is believed about the name shown. */
export interface VersionLabel {
  readonly name: string;
  readonly by: string;
  readonly at: UnixMs;
}

/** One dated state of a notebook: the whole document as it was. */
export interface DatedState {
  readonly id: StateId;
  /** Place in the history; grows. The time may jump with the clock of whoever kept the state. */
  readonly order: number;
  readonly at: UnixMs;
  readonly cause: StateCause;
  /** `documentDigest` of the document then: equal for equal content. */
  readonly digest: string;
  /** SHA-256 of the state in Yjs's second encoding. What is read back and does not match is not shown. */
  readonly hash: ContentHash;
  /** As stored. */
  readonly size: Bytes;
  readonly contributions: readonly Contribution[];
  /** Clients that deleted something since the state before, as far as known. */
  readonly deleters: readonly number[];
  /** A named version is never thinned out. */
  readonly version: VersionLabel | undefined;
}

/**
 * Whose hand a Yjs client is. Claimed: what a peer showed in presence. `verified`: the device signed that it is shown
 * under this client by this name (rooms/presenceProof.ts).
 */
export interface Person {
  readonly client: number;
  readonly peer: PeerId;
  readonly name: string;
  readonly verified: boolean;
}

export interface StoredHistory {
  /** In their order, oldest first. */
  readonly states: readonly DatedState[];
  readonly people: readonly Person[];
  /** When this device last had the notebook before it; undefined where nobody notes that. */
  readonly visited: UnixMs | undefined;
}

/** One change of a stored history, made whole or not at all. */
export interface HistoryChange {
  readonly put?: readonly DatedState[];
  /** The content of a state that is put: its encoding, deflated. */
  readonly content?: { readonly state: StateId; readonly bytes: Uint8Array };
  readonly drop?: readonly StateId[];
  readonly people?: readonly Person[];
  readonly forget?: readonly number[];
  readonly visited?: UnixMs;
}

/**
 * Where histories of notebooks are kept. Decides nothing: what to keep and what to thin out is `HistoryKeeper`'s affair.
 * Contract, tested by test/contract/historyStore.ts on every adapter.
 */
export interface HistoryStore {
  /** Everything but the contents. Records that cannot be read are left out. @throws StorageError */
  load(room: RoomId): Promise<StoredHistory>;
  /** The deflated content of a state; undefined if it is not here, or not as it was written. @throws StorageError */
  read(room: RoomId, state: StateId): Promise<Uint8Array | undefined>;
  /** Resolves when the change is stored durably. Dropping what is not there does nothing. @throws StorageError */
  change(room: RoomId, change: HistoryChange): Promise<void>;
  /** Forgets everything of a room. @throws StorageError */
  purge(room: RoomId): Promise<void>;
}
