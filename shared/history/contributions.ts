// Who wrote what, when: each state says which clocks of which clients came since the state before it, so the states of a
// history tile everything ever written. Thinning a state out joins its tiles to the next one's: the date of what was
// written becomes coarser with age, the author is never lost, and the whole is bounded by states × clients.

import { unixMs, type UnixMs } from "../base/units.ts";
import type { Contribution, DatedState } from "../ports/HistoryStore.ts";

/** Clients that one state may speak of: a school year of sessions in one room. Of more, those that wrote most. */
export const CONTRIBUTIONS_LIMIT = 5_000;

/** Client → first clock that is not covered. */
export type Clocks = ReadonlyMap<number, number>;

/** When somebody wrote since the last state. */
export interface Times {
  readonly first: UnixMs;
  readonly last: UnixMs;
}

/** What the states of a history cover of each client. */
export function coverage(states: readonly DatedState[]): Clocks {
  const covered = new Map<number, number>();
  for (const { contributions } of states) {
    for (const { client, to } of contributions) covered.set(client, Math.max(to, covered.get(client) ?? 0));
  }
  return covered;
}

/**
 * What came after `covered`, for a document that reaches to `reached`. Clients that nobody saw writing (the document was
 * changed while nobody kept its history) wrote some time within `unseen`.
 */
export function contributionsSince(
  covered: Clocks,
  reached: Clocks,
  seen: ReadonlyMap<number, Times>,
  unseen: Times,
): readonly Contribution[] {
  const contributions: Contribution[] = [];
  for (const [client, to] of reached) {
    const from = covered.get(client) ?? 0;
    if (to > from) contributions.push({ client, from, to, ...(seen.get(client) ?? unseen) });
  }
  return bounded(contributions);
}

/** The contributions of two neighbouring states, as of one. */
export function joinContributions(
  earlier: readonly Contribution[],
  later: readonly Contribution[],
): readonly Contribution[] {
  const joined = new Map(earlier.map((one) => [one.client, one]));
  for (const one of later) {
    const before = joined.get(one.client);
    joined.set(one.client, before === undefined ? one : joinTwo(before, one));
  }
  return bounded([...joined.values()]);
}

function bounded(contributions: readonly Contribution[]): readonly Contribution[] {
  const most =
    contributions.length <= CONTRIBUTIONS_LIMIT
      ? contributions
      : [...contributions]
          .sort((one, other) => other.to - other.from - (one.to - one.from))
          .slice(0, CONTRIBUTIONS_LIMIT);
  return [...most].sort((one, other) => one.client - other.client);
}

function joinTwo(one: Contribution, other: Contribution): Contribution {
  return {
    client: one.client,
    from: Math.min(one.from, other.from),
    to: Math.max(one.to, other.to),
    first: unixMs(Math.min(one.first, other.first)),
    last: unixMs(Math.max(one.last, other.last)),
  };
}

/** Finds when something was written. */
export class ContributionIndex {
  readonly #byClient = new Map<number, Contribution[]>();

  constructor(states: readonly DatedState[]) {
    for (const { contributions } of states) {
      for (const one of contributions) {
        const known = this.#byClient.get(one.client);
        if (known === undefined) this.#byClient.set(one.client, [one]);
        else known.push(one);
      }
    }
    for (const list of this.#byClient.values()) list.sort((one, other) => one.to - other.to);
  }

  /** The contribution in which the client wrote this clock; undefined if that is newer than the newest state. */
  find(client: number, clock: number): Contribution | undefined {
    const list = this.#byClient.get(client) ?? [];
    let [low, high] = [0, list.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((list[middle]?.to ?? 0) > clock) high = middle;
      else low = middle + 1;
    }
    return list[low];
  }
}
