// Who wrote what is there now. Every character of a Y.Text carries the client that wrote it and its clock; a history
// tells whose hand that client was, and between which times that clock came.

import type * as Y from "yjs";
import type { Person } from "../ports/HistoryStore.ts";
import type { ContributionIndex, Times } from "./contributions.ts";
import type { People } from "./people.ts";

/** A part of a text that one client wrote in one go. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly client: number;
  /** Of the first character; the others follow. */
  readonly clock: number;
}

/** A part of a text with its author. `person` undefined: nobody ever said whose client it was. */
export interface Credit {
  readonly from: number;
  readonly to: number;
  readonly client: number;
  readonly person: Person | undefined;
  /** Between which times it was written; undefined: since the newest state. */
  readonly when: Times | undefined;
}

/** The parts of a text as it stands, in its order. */
export function textSpans(text: Y.Text): readonly Span[] {
  const spans: Span[] = [];
  let from = 0;
  for (let item = text._start; item !== null; item = item.right) {
    if (item.deleted || !item.countable) continue;
    const { client, clock } = item.id;
    const to = from + item.length;
    const last = spans.at(-1);
    const goesOn = last?.client === client && last.clock + (last.to - last.from) === clock;
    if (goesOn) spans[spans.length - 1] = { ...last, to };
    else spans.push({ from, to, client, clock });
    from = to;
  }
  return spans;
}

/** Who wrote each part of a text, and when. Neighbouring parts of one person and one time are one. */
export function creditText(text: Y.Text, index: ContributionIndex, people: People): readonly Credit[] {
  const credits: Credit[] = [];
  for (const span of textSpans(text)) {
    for (const credit of creditSpan(span, index, people)) {
      const last = credits.at(-1);
      if (last !== undefined && isSame(last, credit)) credits[credits.length - 1] = { ...last, to: credit.to };
      else credits.push(credit);
    }
  }
  return credits;
}

function* creditSpan({ from, to, client, clock }: Span, index: ContributionIndex, people: People): Generator<Credit> {
  const person = people.get(client);
  let at = from;
  while (at < to) {
    const found = index.find(client, clock + (at - from));
    const end = found === undefined ? to : Math.min(to, from + (found.to - clock));
    yield { from: at, to: end, client, person, when: found && { first: found.first, last: found.last } };
    at = end;
  }
}

function isSame(one: Credit, other: Credit): boolean {
  const samePerson = one.person === undefined ? one.client === other.client : one.person.peer === other.person?.peer;
  return samePerson && one.when?.first === other.when?.first && one.when?.last === other.when?.last;
}
