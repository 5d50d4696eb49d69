import type { PeerId } from "#shared/base/ids.ts";
import type { Person } from "#shared/ports/HistoryStore.ts";
import type { MemberView, PeerView } from "#shared/session/views.ts";

/** Said of a name that anybody with the link could show. */
export const NOT_VERIFIED = "not verified";

/** How a device is called: as whoever keeps the members named it, if it proved to be it; else as it calls itself. */
export function deviceName(peer: PeerId, shown: string, proven: boolean, members: readonly MemberView[]): string {
  const member = proven ? members.find((one) => one.named && one.peer === peer) : undefined;
  return member?.name || shown;
}

/** People as a history calls them. */
export function namedPeople(
  people: ReadonlyMap<number, Person>,
  members: readonly MemberView[],
): ReadonlyMap<number, Person> {
  const named = (person: Person): Person => {
    const name = deviceName(person.peer, person.name, person.verified, members);
    return { ...person, name: person.verified ? name : `${name} (${NOT_VERIFIED})` };
  };
  return new Map([...people].map(([client, person]) => [client, named(person)]));
}

/** The name of somebody who is here, with a word where it is only claimed. */
export function personName({ presence, identity }: PeerView, members: readonly MemberView[]): string {
  const name = deviceName(presence.peer, presence.name, identity === "proven", members);
  return identity === "claimed" ? `${name} (${NOT_VERIFIED})` : name;
}
