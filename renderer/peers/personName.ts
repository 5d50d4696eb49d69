import type { PeerId } from "#shared/base/ids.ts";
import type { Person } from "#shared/ports/HistoryStore.ts";
import { claimedName } from "#shared/session/presence/claimedName.ts";
import type { MemberView, PeerView } from "#shared/session/views.ts";

/** Somebody who is shown to us: as which device, by which name, and whether that device signed it. */
export interface Shown {
  readonly peer: PeerId;
  readonly name: string;
  readonly proven: boolean;
}

export const shownBy = ({ presence: { peer, name }, identity }: PeerView): Shown => {
  return { peer, name, proven: identity === "proven" };
};

/** How somebody is called here. `verified`: nothing we know speaks against the name being theirs. */
export interface Called {
  readonly name: string;
  readonly verified: boolean;
}

/**
 * A member's device that proved to be it is called as whoever keeps the members named it; else people are called as they
 * call themselves. A device chooses its name freely: that of a member is believed of that member's device alone.
 */
export function callPerson({ peer, name, proven }: Shown, members: readonly MemberView[]): Called {
  const named = members.filter((member) => member.named && member.name !== "");
  const member = proven ? named.find((one) => one.peer === peer) : undefined;
  if (member !== undefined) return { name: member.name, verified: true };
  const isAnothers = named.some((one) => one.peer !== peer && folded(one.name) === folded(name));
  return { name, verified: proven && !isAnothers };
}

/** What somebody is called, with a word where nothing proves it. */
export function personName(shown: Shown, members: readonly MemberView[]): string {
  const { name, verified } = callPerson(shown, members);
  return verified ? name : claimedName(name);
}

/** People as a history calls them. */
export function namedPeople(
  people: ReadonlyMap<number, Person>,
  members: readonly MemberView[],
): ReadonlyMap<number, Person> {
  return new Map(
    [...people].map(([client, person]) => [
      client,
      { ...person, name: personName({ ...person, proven: person.verified }, members) },
    ]),
  );
}

/** Names that people read as the same. */
const folded = (name: string): string => name.normalize("NFKC").replace(/\s+/g, " ").trim().toLocaleLowerCase();
