import type { ExecutionPlace } from "../../execution/execution.ts";
import type { RunPlace } from "../../notebook/runRecord.ts";

/** What places without a name of their own are called; "here" is put into words where it is shown. */
export const PLACE_NAMES = { here: "here", any: "any computer" } as const;

/** How the record of a run that begins says where; `name` is the agent's. */
export function runPlaceOf(place: ExecutionPlace, name: string): RunPlace {
  if (place.at === "agent") return { at: "agent", agent: place.agent, name };
  return place.at === "any" ? { at: "any", parked: undefined } : place;
}

/** Why nothing executes at a place. */
export function absentAt({ at }: ExecutionPlace): Error {
  if (at === "any") return new Error("this computer is in no class now. Join one to run cells on its computers.");
  return new Error("the agent is not connected any more. Choose another place to run this cell.");
}
