// Who is there, as told by presence messages. They are retained by the broker, so each may come again at any time.
// 1. A newer life (incarnation) of a peer replaces the older; an older one changes nothing.
// 2. Within a life the presence with the highest number counts; the same one again only confirms it.
// 3. `gone` counts for the life it names alone. After it, only a presence with a higher number brings the peer back.
// 4. What was known before we lost the broker is unconfirmed: it stays until told again, or until it is dropped,
//    because a broker that restarts forgets who was there and never says that somebody left meanwhile.

import type { PeerId } from "../../base/ids.ts";
import type { PresenceMessage } from "../jobMessage.ts";

export interface RosterPeer {
  readonly incarnation: number;
  readonly seq: number;
  readonly here: boolean;
  readonly confirmed: boolean;
  readonly presence: PresenceMessage;
}

export type Roster = ReadonlyMap<PeerId, RosterPeer>;

/** More devices than any class has; above it those that left are forgotten first. */
const ROSTER_LIMIT = 2_048;

/** A peer showed itself. Gives the same roster if that is no news. */
export function presenceShown(
  roster: Roster,
  peer: PeerId,
  header: { readonly incarnation: number; readonly seq: number },
  presence: PresenceMessage,
): Roster {
  const known = roster.get(peer);
  const { incarnation, seq } = header;
  if (known !== undefined && incarnation < known.incarnation) return roster;
  if (known?.incarnation === incarnation && seq <= known.seq) {
    const again = seq === known.seq && known.here && !known.confirmed;
    return again ? withPeer(roster, peer, { ...known, confirmed: true }) : roster;
  }
  return withPeer(roster, peer, { incarnation, seq, here: true, confirmed: true, presence });
}

/** A peer's connection broke, or it left. */
export function peerGone(roster: Roster, peer: PeerId, incarnation: number): Roster {
  const known = roster.get(peer);
  if (known?.incarnation !== incarnation || !known.here) return roster;
  return withPeer(roster, peer, { ...known, here: false });
}

/** We lost the broker: nobody's presence is certain until it is told again. */
export function unconfirmAll(roster: Roster): Roster {
  return new Map([...roster].map(([peer, known]) => [peer, { ...known, confirmed: false }]));
}

/** The time to tell again is over: whoever did not is not here. */
export function dropUnconfirmed(roster: Roster): Roster {
  return new Map([...roster].map(([peer, known]) => [peer, known.confirmed ? known : { ...known, here: false }]));
}

function withPeer(roster: Roster, peer: PeerId, entry: RosterPeer): Roster {
  const next = new Map(roster).set(peer, entry);
  if (next.size <= ROSTER_LIMIT) return next;
  const leaving = [...next].find(([, known]) => !known.here) ?? [...next][0];
  if (leaving !== undefined) next.delete(leaving[0]);
  return next;
}
