import type { PeerId } from "#shared/base/ids.ts";
import type { HeartbeatMessage, InboxMessage } from "#shared/jobs/jobMessage.ts";

/** What happens to messages: shares of 0 to 1, and the longest time in milliseconds that one takes. */
export interface NetworkFaults {
  readonly lost: number;
  readonly repeated: number;
  readonly delay: number;
}

export const NO_FAULTS: NetworkFaults = { lost: 0, repeated: 0, delay: 1 };

/** `presence`: the receiver is to look whether the sender is there; the broker keeps it, so it comes late, but comes. */
export type Said = InboxMessage | HeartbeatMessage | { readonly type: "presence" };

export type Say = (from: PeerId, to: PeerId, message: Said) => void;

/** One copy of a message on its way. A life that is over neither says nor hears anything. */
export interface Letter {
  readonly at: number;
  readonly from: PeerId;
  readonly fromLife: number;
  readonly to: PeerId;
  readonly toLife: number;
  readonly message: Said;
}
