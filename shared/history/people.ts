// Whose hand a Yjs client is, as far as anybody said. A client id belongs to one page from opening to closing, so what
// was first said of it stands: another device that claims it later is not believed, also when it proves who it is. It can
// sign for any client, and whose text that is would be for the last to say.

import type { Person } from "../ports/HistoryStore.ts";
import type { Presence } from "../presence/presence.ts";

/** Clients remembered by name in one history: a course of 30 for a school year, several sessions a day. */
export const PEOPLE_LIMIT = 20_000;
/** Claims kept in memory for clients that have not written yet: readers, and whatever a flood invents. */
export const CLAIMS_LIMIT = 5_000;

export type People = ReadonlyMap<number, Person>;

export const peopleByClient = (people: readonly Person[]): Map<number, Person> =>
  new Map(people.map((person) => [person.client, person]));

/** Who a peer says it is, and was when it wrote while nobody else was there. */
export function peopleShown(client: number, { peer, name, wrote }: Presence, verified = false): readonly Person[] {
  return [client, ...wrote].map((id) => ({ client: id, peer, name, verified }));
}

/** What is to be believed after hearing `claim`; undefined if that is what was known. */
export function believe(known: Person | undefined, claim: Person): Person | undefined {
  if (known === undefined) return claim;
  if (known.peer !== claim.peer) return undefined;
  if (known.verified && !claim.verified) return undefined;
  return known.name === claim.name && known.verified === claim.verified ? undefined : claim;
}
