import type { Readable } from "../base/value.ts";
import type { Membership } from "../rooms/access/membership.ts";

/** Who may do what in a room, for ways that lead past the class host: whoever receives there keeps to it. */
export interface RoomRules {
  /** As this device knows them now: from what it was told before, and is told meanwhile. */
  readonly membership: Readable<Membership>;
  /** What was said, signed, for others to check. Grows at its end only. */
  readonly statements: Readable<readonly Uint8Array[]>;
  /**
   * Somebody linked says that this was said. What is new, said by people with a say, and well signed is kept. Resolves
   * with false if a signature is forged, which no peer of ours passes on; never rejects.
   */
  hear(statements: readonly Uint8Array[]): Promise<boolean>;
}
