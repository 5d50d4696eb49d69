import { useCallback, useEffect, useState } from "react";
import type * as Y from "yjs";
import type { CellId } from "#shared/base/ids.ts";
import { peopleByClient } from "#shared/history/people.ts";
import { cellSource } from "#shared/notebook/cell.ts";
import { notebookRoots } from "#shared/notebook/schema.ts";
import type { DatedState, Person } from "#shared/ports/HistoryStore.ts";
import type { HistoryPlace, HistoryTrouble, Timeline } from "#shared/session/history/timeline.ts";

/** States of which a cell's text is looked up; each is read whole. Older ones are in the history of the notebook. */
export const CELL_STATES_LIMIT = 60;

export type LoadedHistory =
  | { readonly state: "loading" }
  | { readonly state: "failed"; readonly trouble: HistoryTrouble }
  | {
      readonly state: "ready";
      readonly place: HistoryPlace;
      /** The host could not be reached, and this computer's history is shown in its place. */
      readonly instead: boolean;
      /** Newest first. */
      readonly states: readonly DatedState[];
      readonly people: ReadonlyMap<number, Person>;
    };

/** The history of the best place that can be reached; `reload` reads it again. */
export function useHistory(
  timeline: Timeline,
  wanted: HistoryPlace | undefined,
): { readonly history: LoadedHistory; readonly reload: () => void } {
  const [history, setHistory] = useState<LoadedHistory>({ state: "loading" });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let gone = false;
    void load(timeline, wanted).then((next) => {
      if (!gone) setHistory(next);
    });
    return () => {
      gone = true;
    };
  }, [timeline, wanted, turn]);
  return { history, reload: useCallback(() => setTurn((now) => now + 1), []) };
}

async function load(timeline: Timeline, wanted: HistoryPlace | undefined): Promise<LoadedHistory> {
  const places = wanted === undefined ? timeline.places : [wanted];
  let trouble: HistoryTrouble = "away";
  for (const [index, place] of places.entries()) {
    const loaded = await timeline.load(place);
    if (loaded.ok) {
      const { states, people } = loaded.value;
      return {
        state: "ready",
        place,
        instead: index > 0,
        states: [...states].reverse(),
        people: peopleByClient(people),
      };
    }
    trouble = loaded.error;
  }
  return { state: "failed", trouble };
}

export type OpenedState =
  | { readonly state: "opening" }
  | { readonly state: "failed"; readonly trouble: HistoryTrouble }
  | { readonly state: "open"; readonly past: Y.Doc };

/** The document of a state, for as long as it is shown. */
export function useOpenState(timeline: Timeline, place: HistoryPlace, state: DatedState): OpenedState {
  const [opened, setOpened] = useState<OpenedState>({ state: "opening" });
  useEffect(() => {
    let gone = false;
    let past: Y.Doc | undefined;
    void timeline.open(place, state).then((result) => {
      if (result.ok) past = result.value;
      if (gone) past?.destroy();
      else setOpened(result.ok ? { state: "open", past: result.value } : { state: "failed", trouble: result.error });
    });
    return () => {
      gone = true;
      past?.destroy();
      setOpened({ state: "opening" });
    };
  }, [timeline, place, state]);
  return opened;
}

/** Of these states, newest first, those in which the cell's text is another than in the next newer one. Grows as they are read. */
export function useStatesOfCell(
  timeline: Timeline,
  history: LoadedHistory,
  cell: CellId | undefined,
): { readonly states: readonly DatedState[]; readonly reading: boolean } {
  const [found, setFound] = useState<readonly DatedState[]>([]);
  const [reading, setReading] = useState(true);
  useEffect(() => {
    if (history.state !== "ready" || cell === undefined) return;
    let gone = false;
    const read = async (): Promise<void> => {
      let newer: string | undefined;
      for (const state of history.states.slice(0, CELL_STATES_LIMIT)) {
        const opened = await timeline.open(history.place, state);
        if (gone) return;
        if (!opened.ok) continue;
        const source = cellSource(notebookRoots(opened.value).cells, cell)?.toString();
        opened.value.destroy();
        if (source === undefined || source === newer) continue;
        newer = source;
        setFound((before) => [...before, state]);
      }
      setReading(false);
    };
    void read();
    return () => {
      gone = true;
      setFound([]);
      setReading(true);
    };
  }, [timeline, history, cell]);
  return { states: found, reading };
}
