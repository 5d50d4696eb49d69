// Who does not come along when a notebook gets a new key, in words.

import type { PeerId } from "#shared/base/ids.ts";
import type { AccessView, PeerView } from "#shared/session/views.ts";

/** Names said at most; more are counted. */
const NAMES = 6;

export interface LeftBehind {
  /** Of devices that have one, in the order of the list of people. */
  readonly names: readonly string[];
  /** Devices whose name is not known. */
  readonly nameless: number;
}

export interface MoveFacts {
  readonly access: Pick<AccessView, "members" | "everybody" | "founder">;
  /** Those that are here, also only over direct links. */
  readonly peers: readonly Pick<PeerView, "presence" | "identity">[];
  readonly canFollow: ReadonlySet<PeerId>;
  readonly me: PeerId;
}

/** Devices that may read the notebook, and that a new key would not reach. */
export function leftBehind({ access, peers, canFollow, me }: MoveFacts): LeftBehind {
  const names = new Map<PeerId, string>();
  const isIn = (peer: PeerId): boolean => peer !== me && peer !== access.founder && !canFollow.has(peer);
  for (const { peer, role, name } of access.members) if (role !== "none" && isIn(peer)) names.set(peer, name);
  const listed = new Set(access.members.map(({ peer }) => peer));
  for (const { presence, identity } of peers) {
    const { peer, name } = presence;
    if (!isIn(peer) || (listed.has(peer) ? !names.has(peer) : access.everybody === "none")) continue;
    // A name that nobody signed could be anybody's.
    if (identity === "proven" && !names.get(peer)) names.set(peer, name);
    else if (!names.has(peer)) names.set(peer, "");
  }
  const known = [...names.values()].filter((name) => name !== "");
  return { names: known, nameless: names.size - known.length };
}

/** Undefined where everybody comes along. */
export function leftBehindInWords({ names, nameless }: LeftBehind): string | undefined {
  const more = names.length - NAMES;
  const parts = [
    ...names.slice(0, NAMES),
    ...(more > 0 ? [`${more} more`] : []),
    ...(nameless > 0
      ? [nameless === 1 ? "1 device whose name is not known" : `${nameless} devices whose names are not known`]
      : []),
  ];
  const [last] = parts.slice(-1);
  if (last === undefined) return undefined;
  const listed = parts.length === 1 ? last : `${parts.slice(0, -1).join(", ")} and ${last}`;
  return `Left behind: ${listed}.`;
}
