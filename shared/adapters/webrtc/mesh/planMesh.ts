// Who is linked to whom among the peers of a room. A pure function of who is there, so that peers that know of the same
// peers come to the same plan without a word.
// 1. Up to `FULL_MESH_PEERS` everybody is linked to everybody. Above that some peers are relays: they are linked to one
//    another, and everybody else to `RELAYS_PER_PEER` of them. So everybody reaches everybody over at most two relays.
// 2. Whoever is a relay stays one while that does no harm: a peer that comes or goes moves next to nobody.
// 3. No relay is given more than its share (`shareOf`).
// 4. Only those are relays whose word others take: what a reader passes on reaches nobody. Where there are none such,
//    nobody writes, and anybody may pass on who is there.

export interface MeshPeer {
  /** As in presence, `LINK_FIELD`. */
  readonly id: string;
  /** It shows that it is a relay. */
  readonly serves: boolean;
  /** Others take what it passes on. */
  readonly isHeard: boolean;
}

export type MeshPlan =
  | { readonly shape: "full"; readonly peers: readonly string[] }
  | {
      readonly shape: "relayed";
      readonly relays: readonly string[];
      /** The relays of each peer that is none. */
      readonly relaysOf: ReadonlyMap<string, readonly string[]>;
    };

/** Each browser sends each change to each peer: beyond a dozen that is work for a laptop. */
export const FULL_MESH_PEERS = 12;
/** Back to a full mesh only from here on: a room of 12 and one that comes and goes keeps its shape. */
export const FULL_AGAIN_PEERS = 9;
/** One may vanish, and the peer is still linked while it looks for another. */
export const RELAYS_PER_PEER = 2;
/** Relays beyond the number aimed at that are kept: one peer more or less makes none and unmakes none. */
const SPARE_RELAYS = 1;
/** How much more than an even share a relay may be given. With an even share alone, one that comes would move many. */
const SHARE_FACTOR = 1.5;

export function planMesh(peers: readonly MeshPeer[]): MeshPlan {
  const ids = peers.map(({ id }) => id).sort();
  const heard = peers.filter(({ isHeard }) => isHeard);
  const able = heard.length > 0 ? heard : peers;
  const serving = able.filter(({ serves }) => serves).map(({ id }) => id);
  const full = ids.length <= (serving.length > 0 ? FULL_AGAIN_PEERS : FULL_MESH_PEERS);
  if (full) return { shape: "full", peers: ids };
  const relays = electRelays(
    able.map(({ id }) => id),
    serving,
    relayCount(ids.length),
  );
  return { shape: "relayed", relays, relaysOf: assign(ids, relays) };
}

/** With so many relays, links to them and among them are about balanced. */
export const relayCount = (peers: number): number => Math.ceil(Math.sqrt(peers));

/** Most peers that are given to one relay. */
export const shareOf = (others: number, relays: number): number =>
  Math.ceil((SHARE_FACTOR * RELAYS_PER_PEER * others) / relays) + 1;

/** Whom `self` should be linked to. */
export function partnersOf(plan: MeshPlan, self: string): readonly string[] {
  if (plan.shape === "full") return plan.peers.filter((peer) => peer !== self);
  if (!plan.relays.includes(self)) return plan.relaysOf.get(self) ?? [];
  const served = [...plan.relaysOf].filter(([, relays]) => relays.includes(self)).map(([peer]) => peer);
  return [...plan.relays.filter((relay) => relay !== self), ...served];
}

/**
 * What `self` does when it cannot reach some of its relays: takes others in its own order, those that are linked
 * already first; when there is no relay left, any peer.
 */
export function substitutes(plan: MeshPlan, self: string, { peers, usable, linked }: Substitution): readonly string[] {
  if (plan.shape === "full" || plan.relays.includes(self)) return [];
  const given = plan.relaysOf.get(self) ?? [];
  const missing = RELAYS_PER_PEER - given.filter(usable).length;
  const rest = [...plan.relays, ...peers.filter((peer) => !plan.relays.includes(peer))];
  const candidates = rest.filter((peer) => peer !== self && !given.includes(peer) && usable(peer));
  const rank = (peer: string): number => (plan.relays.includes(peer) ? 0 : 2) + (linked(peer) ? 0 : 1);
  return byScore(candidates, self)
    .sort((one, other) => rank(one) - rank(other))
    .slice(0, Math.max(0, missing));
}

export interface Substitution {
  readonly peers: readonly string[];
  /** False for a peer to which links fail, or were lost and nothing was heard of since. */
  readonly usable: (peer: string) => boolean;
  readonly linked: (peer: string) => boolean;
}

function electRelays(ids: readonly string[], serving: readonly string[], wanted: number): readonly string[] {
  const kept = byScore(serving, "relay").slice(0, wanted + SPARE_RELAYS);
  const others = byScore(ids, "relay").filter((id) => !serving.includes(id));
  return [...kept, ...others.slice(0, Math.max(0, wanted - kept.length))];
}

/** Each peer takes the relays that come first in its own order and are not full. Those with low scores choose first. */
function assign(ids: readonly string[], relays: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const others = ids.filter((id) => !relays.includes(id));
  const share = shareOf(others.length, relays.length);
  const given = new Map<string, number>();
  const relaysOf = new Map<string, readonly string[]>();
  for (const peer of byScore(others, "peer")) {
    const chosen = byScore(relays, peer)
      .filter((relay) => (given.get(relay) ?? 0) < share)
      .slice(0, RELAYS_PER_PEER);
    for (const relay of chosen) given.set(relay, (given.get(relay) ?? 0) + 1);
    relaysOf.set(peer, chosen);
  }
  return relaysOf;
}

/** In an order that looks random, differs for each `salt`, and is the same on every computer. */
function byScore(ids: readonly string[], salt: string): string[] {
  const scored = ids.map((id) => ({ id, score: score(`${salt}\n${id}`) }));
  scored.sort((one, other) => one.score - other.score || (one.id < other.id ? -1 : 1));
  return scored.map(({ id }) => id);
}

/** FNV-1a, mixed once more so that ids that differ at their end only are apart (finalizer of MurmurHash3). */
function score(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
