import { Bookmark } from "lucide-react";
import type { KeyboardEvent, ReactElement } from "react";
import type { DatedState, Person } from "#shared/ports/HistoryStore.ts";
import { useServices } from "../app/Services.tsx";
import { authorsOf, causeWords, dayWords, listWords, momentWords, namesOf, timeWords } from "./historyWords.ts";
import { useNow } from "../state/useNow.ts";

export interface StateListProps {
  /** Newest first. */
  readonly states: readonly DatedState[];
  readonly people: ReadonlyMap<number, Person>;
  readonly selected: DatedState | undefined;
  readonly select: (state: DatedState) => void;
}

/** The time line: named versions on top, then all states by day. Up and Down go through it. */
export function StateList({ states, people, selected, select }: StateListProps): ReactElement {
  const now = useNow(false);
  const versions = states.filter((state) => state.version !== undefined);
  const entry = (state: DatedState, withDay: boolean): ReactElement => (
    <li key={state.id}>
      <Entry state={state} people={people} withDay={withDay} current={state.id === selected?.id} select={select} />
    </li>
  );
  return (
    // The keys of what is in it: each entry is a button of its own for everybody else.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div className="history__list" onKeyDown={walk}>
      {versions.length > 0 && (
        <section aria-label="Named versions">
          <h3>Named versions</h3>
          <ul>{versions.map((state) => entry(state, true))}</ul>
        </section>
      )}
      {byDay(states, now).map(([day, ofDay]) => (
        <section key={day} aria-label={day}>
          <h3>{day}</h3>
          <ul>{ofDay.map((state) => entry(state, false))}</ul>
        </section>
      ))}
    </div>
  );
}

interface EntryProps {
  readonly state: DatedState;
  readonly people: ReadonlyMap<number, Person>;
  readonly withDay: boolean;
  readonly current: boolean;
  readonly select: (state: DatedState) => void;
}

function Entry({ state, people, withDay, current, select }: EntryProps): ReactElement {
  const { meshbook } = useServices();
  const now = useNow(false);
  const authors = listWords(namesOf(authorsOf(state), people, meshbook.peer));
  const cause = causeWords(state);
  const when = withDay ? momentWords(state.at, now) : timeWords(state.at);
  return (
    <button
      type="button"
      className="history__state"
      aria-current={current ? "true" : undefined}
      onClick={() => select(state)}
    >
      <span className="history__when">
        {state.version !== undefined && <Bookmark size={14} aria-hidden />}
        {state.version !== undefined ? state.version.name : when}
      </span>
      <span className="history__who">
        {state.version !== undefined && `${when}${authors === "" ? "" : " · "}`}
        {authors}
        {cause !== undefined && ` · ${cause}`}
      </span>
    </button>
  );
}

function byDay(states: readonly DatedState[], now: number): readonly (readonly [string, readonly DatedState[]])[] {
  const days = new Map<string, DatedState[]>();
  for (const state of states) {
    const day = dayWords(state.at, now);
    days.set(day, [...(days.get(day) ?? []), state]);
  }
  return [...days];
}

function walk(event: KeyboardEvent<HTMLElement>): void {
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  if (step === 0) return;
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>(".history__state")];
  const next = all[all.findIndex((one) => one === document.activeElement) + step];
  event.preventDefault();
  next?.focus();
}
