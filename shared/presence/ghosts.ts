// Peers that vanish leave their presence behind for half a minute. Whoever lost the only way to them knows better.

import type { Awareness } from "y-protocols/awareness";

/** By which ways others can be reached at one moment. */
export interface Reach {
  /** A hub or broker, or peers that are relays, which themselves tell who has left. */
  readonly relay: boolean;
  /** Ends of direct links, as peers name them in their presence (`link`). */
  readonly links: ReadonlySet<string>;
}

/** Origin of the change by which peers are forgotten that cannot be reached any more. They may be there all the same. */
export const UNREACHABLE = "unreachable";

export const NO_REACH: Reach = { relay: false, links: new Set() };

/** A peer as far as it matters here. `link`: its end of direct links, if it has any. */
export interface ReachablePeer {
  readonly client: number;
  readonly link: string | undefined;
}

/**
 * Which peers became unreachable when the ways changed from `before` to `now`. With a relay nobody: it knows who is there.
 * Peers that are still heard of by others show up again with their next sign of life.
 */
export function ghosts(peers: readonly ReachablePeer[], before: Reach, now: Reach): readonly number[] {
  if (now.relay) return [];
  const linked = (reach: Reach, { link }: ReachablePeer): boolean => link !== undefined && reach.links.has(link);
  const lost = (peer: ReachablePeer): boolean => !linked(now, peer) && (before.relay || linked(before, peer));
  return peers.filter(lost).map((peer) => peer.client);
}

/**
 * Forgets peers here and only here. y-protocols' own removal is sent on to everybody, who would believe it even while they
 * still reach the peer.
 */
export function forgetPeers(awareness: Awareness, clients: readonly number[]): void {
  const removed = clients.filter((client) => client !== awareness.clientID && awareness.states.delete(client));
  for (const client of removed) awareness.meta.delete(client);
  if (removed.length > 0) awareness.emit("change", [{ added: [], updated: [], removed }, UNREACHABLE]);
}
