import type { CSSProperties, ReactElement } from "react";
import type { CellId } from "#shared/base/ids.ts";
import { creditText, type Credit } from "#shared/history/blame.ts";
import { ContributionIndex } from "#shared/history/contributions.ts";
import { cellSource } from "#shared/notebook/cell.ts";
import { notebookRoots } from "#shared/notebook/schema.ts";
import type { DatedState, Person } from "#shared/ports/HistoryStore.ts";
import { peerColor } from "#shared/presence/presence.ts";
import { useServices } from "../app/Services.tsx";
import { useNotebook } from "../notebook/services/NotebookContext.tsx";
import { isMine, momentWords } from "./historyWords.ts";
import { useNow } from "../state/useNow.ts";

export interface CellAuthorsProps {
  readonly cell: CellId;
  readonly states: readonly DatedState[];
  readonly people: ReadonlyMap<number, Person>;
}

/** Who wrote each part of a cell as it stands, in the colours that people have in the notebook. */
export function CellAuthors({ cell, states, people }: CellAuthorsProps): ReactElement | undefined {
  const { session } = useNotebook();
  const { meshbook } = useServices();
  const now = useNow(false);
  const text = cellSource(notebookRoots(session.doc).cells, cell);
  if (text === undefined) return undefined;
  // Its own client has shown itself to nobody here.
  const me: Person = { client: session.doc.clientID, peer: meshbook.peer, name: meshbook.name.get(), verified: true };
  const known = new Map([...people, [me.client, me]]);
  const credits = creditText(text, new ContributionIndex(states), known);
  const source = text.toString();
  const nameOf = ({ person }: Credit): string =>
    person === undefined ? "Somebody" : isMine(person, meshbook.peer) ? "You" : person.name;
  const authors = new Map(credits.map((credit) => [nameOf(credit), colorOf(credit)]));
  return (
    <section aria-label="Who wrote this cell" className="history__authors">
      <h3>Who wrote this cell</h3>
      <p className="history__legend">
        {[...authors].map(([name, style]) => (
          <span key={name} style={style}>
            {name}
          </span>
        ))}
      </p>
      {/* Long lines scroll; so the box must be reachable by keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre tabIndex={0} aria-label="The text by author">
        {credits.map((credit) => (
          <span key={credit.from} style={colorOf(credit)} title={`${nameOf(credit)}, ${whenWords(credit, now)}`}>
            {source.slice(credit.from, credit.to)}
          </span>
        ))}
      </pre>
      <p className="history__hint">
        Names are what people’s devices signed when they wrote; “not verified”: what somebody showed and nothing proves.
        Point at a part to see when.
      </p>
    </section>
  );
}

const colorOf = ({ person }: Credit): CSSProperties =>
  ({ "--author": person === undefined ? "var(--ink-3)" : `var(--peer-${peerColor(person.peer)})` }) as CSSProperties; // reason: a property of our own

function whenWords({ when }: Credit, now: number): string {
  if (when === undefined) return "just now";
  const last = momentWords(when.last, now);
  return when.first === 0 ? `before ${last}` : last;
}
