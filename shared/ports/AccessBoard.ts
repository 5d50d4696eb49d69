import type { PeerId } from "../base/ids.ts";
import type { Readable } from "../base/value.ts";

/**
 * Where a room's class host keeps who may do what, and tells it. What comes from it is signed by others and not verified
 * yet; that the host keeps to it is the host's promise.
 */
export interface AccessBoard {
  /** What the host keeps; undefined until it has told for the first time. Stays when the connection is lost. */
  readonly told: Readable<ToldAccess | undefined>;
  /** Devices that proved to the host who they are. Only teachers are told. */
  readonly devices: Readable<readonly KnownDevice[]>;
  /** Why the host did not take what this device has and it has not; undefined while it takes all. For people. */
  readonly refused: Readable<string | undefined>;
  /** Cards of devices that were here, for the founder; undefined until the host has told. Not verified. */
  readonly cards: Readable<readonly Uint8Array[]>;
  /** Notes for this device: the notebook has another room. Not verified. */
  readonly notes: Readable<readonly Uint8Array[]>;
  /** Gives the host notes for others, which only the founder may write. False if it cannot be reached now. */
  publishNotes(notes: readonly Uint8Array[]): boolean;
  /** Gives statements to the host if it can be reached. It takes those of people who have a say, and tells everybody. */
  publish(founding: Uint8Array, statements: readonly Uint8Array[]): void;
}

export interface ToldAccess {
  readonly founding: Uint8Array | undefined;
  readonly statements: readonly Uint8Array[];
}

export interface KnownDevice {
  readonly peer: PeerId;
  readonly publicKey: Uint8Array;
  readonly name: string;
  readonly here: boolean;
}
