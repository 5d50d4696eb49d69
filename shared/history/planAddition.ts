import type { DatedState, HistoryChange, Person, StoredHistory } from "../ports/HistoryStore.ts";
import { contributionsSince, coverage, type Clocks, type Times } from "./contributions.ts";
import { believe, PEOPLE_LIMIT, type People } from "./people.ts";
import { thinOut, type HistoryLimits } from "./thinOut.ts";

export interface AdditionPlan {
  /** The new state, all but what its clocks tell. */
  readonly state: Omit<DatedState, "contributions">;
  readonly clocks: Clocks;
  readonly times: ReadonlyMap<number, Times>;
  /** When those wrote whom nobody saw writing. */
  readonly unseen: Times;
  readonly claims: People;
  readonly limits: HistoryLimits;
}

/** Decides what a new state changes in a history: itself, what is thinned out for it, and names of its authors. Pure. */
export function planAddition(
  { states, people }: StoredHistory,
  plan: AdditionPlan,
): { readonly state: DatedState; readonly change: HistoryChange } {
  const contributions = contributionsSince(coverage(states), plan.clocks, plan.times, plan.unseen);
  const state: DatedState = { ...plan.state, contributions };
  const { drop, put } = thinOut([...states, state], state.at, plan.limits);
  const changed = new Map([state, ...put].map((one) => [one.id, one]));
  const named = namesOf([...contributions.map(({ client }) => client), ...state.deleters], people, plan.claims);
  return {
    state: changed.get(state.id) ?? state,
    change: { put: [...changed.values()], drop, people: named.slice(0, Math.max(0, PEOPLE_LIMIT - people.length)) },
  };
}

function namesOf(clients: readonly number[], people: readonly Person[], claims: People): readonly Person[] {
  const known = new Map(people.map((person) => [person.client, person]));
  return [...new Set(clients)].flatMap((client) => {
    const claim = claims.get(client);
    const believed = claim && believe(known.get(client), claim);
    return believed === undefined ? [] : [believed];
  });
}
