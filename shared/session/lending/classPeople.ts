import type { PeerId } from "../../base/ids.ts";
import type { Roster } from "../../jobs/link/roster.ts";
import { cleanName } from "../../presence/presence.ts";

/** Somebody in the class who can ask for executions. */
export interface ClassPerson {
  readonly peer: PeerId;
  readonly name: string;
}

/** Those who are here and no agents, by name. Without `own`. */
export function classPeople(roster: Roster, own: PeerId): readonly ClassPerson[] {
  const people = [...roster].flatMap(([peer, { here, presence }]) =>
    here && presence.agent === undefined && peer !== own ? [{ peer, name: cleanName(presence.name) }] : [],
  );
  return people.sort((one, other) => one.name.localeCompare(other.name) || one.peer.localeCompare(other.peer));
}
