import { useState, type ReactElement } from "react";
import type { CellId, StateId } from "#shared/base/ids.ts";
import type { HistoryPlace, Timeline } from "#shared/session/history/timeline.ts";
import { useServices } from "../app/Services.tsx";
import { closePanel } from "../state/panels.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { CellAuthors } from "./CellAuthors.tsx";
import { PLACE_WORDS, TROUBLE_WORDS } from "./historyWords.ts";
import { NameVersion } from "./NameVersion.tsx";
import { StateDetail } from "./StateDetail.tsx";
import { StateList } from "./StateList.tsx";
import { useNamedPeople } from "./useNamedPeople.ts";
import { useHistory, useStatesOfCell, type LoadedHistory } from "./useHistory.ts";

export interface HistoryDialogProps {
  readonly timeline: Timeline;
  /** The history of this cell; undefined: of the whole notebook. */
  readonly cell: CellId | undefined;
}

export function HistoryDialog({ timeline, cell }: HistoryDialogProps): ReactElement {
  const { panels } = useServices();
  const [wanted, setWanted] = useState<HistoryPlace>();
  const { history, reload } = useHistory(timeline, wanted);
  return (
    <Dialog
      title={cell === undefined ? "History of this notebook" : "History of this cell"}
      className="dialog--history"
      onClose={() => closePanel(panels)}
    >
      <div className="history">
        {history.state === "loading" && (
          <p role="status" className="history__wait">
            Reading the history…
          </p>
        )}
        {history.state === "failed" && (
          <div className="history__wait">
            <p role="alert">{TROUBLE_WORDS[history.trouble]}</p>
            <Button variant="secondary" onClick={reload}>
              Try again
            </Button>
          </div>
        )}
        {history.state === "ready" && (
          <>
            <Places timeline={timeline} history={history} choose={setWanted} />
            <Loaded timeline={timeline} cell={cell} history={history} reload={reload} />
          </>
        )}
      </div>
    </Dialog>
  );
}

type Ready = Extract<LoadedHistory, { readonly state: "ready" }>;

interface PlacesProps {
  readonly timeline: Timeline;
  readonly history: Ready;
  readonly choose: (place: HistoryPlace) => void;
}

function Places({ timeline, history, choose }: PlacesProps): ReactElement {
  return (
    <div className="history__places">
      {history.instead && (
        <p role="status">
          The class host keeps the history; it cannot be reached now. This is what this computer kept.
        </p>
      )}
      {timeline.places.length < 2 ? (
        <p>{PLACE_WORDS[history.place]}, while the notebook is open here</p>
      ) : (
        <div role="group" aria-label="Where the history is kept">
          {timeline.places.map((place) => (
            <Button key={place} small aria-pressed={place === history.place} onClick={() => choose(place)}>
              {PLACE_WORDS[place]}
            </Button>
          ))}
        </div>
      )}
    </div>
  );
}

interface LoadedProps extends HistoryDialogProps {
  readonly history: Ready;
  readonly reload: () => void;
}

function Loaded({ timeline, cell, history, reload }: LoadedProps): ReactElement {
  const [chosen, setChosen] = useState<StateId>();
  const ofCell = useStatesOfCell(timeline, history, cell);
  const states = cell === undefined ? history.states : ofCell.states;
  const { place } = history;
  const people = useNamedPeople(history.people);
  const selected = states.find(({ id }) => id === chosen) ?? states[0];
  const nameNow = async (name: string): Promise<string | undefined> => {
    const named = await timeline.name(place, undefined, name);
    if (named.ok) reload();
    return named.ok ? undefined : TROUBLE_WORDS[named.error];
  };
  const waiting = cell !== undefined && ofCell.reading;
  return (
    <div className="history__columns">
      <nav aria-label="Dated states">
        {cell === undefined && <NameVersion label="Name the notebook as it is now" name={nameNow} />}
        {states.length === 0 && !waiting && (
          <p>Nothing has been kept yet. The first state is kept once nobody has written for a minute.</p>
        )}
        <StateList states={states} people={people} selected={selected} select={({ id }) => setChosen(id)} />
        {waiting && <p role="status">Looking through older states…</p>}
      </nav>
      <div className="history__main">
        {cell !== undefined && <CellAuthors cell={cell} states={history.states} people={people} />}
        {selected !== undefined && (
          <StateDetail
            timeline={timeline}
            place={place}
            state={selected}
            people={people}
            cell={cell}
            changed={reload}
          />
        )}
      </div>
    </div>
  );
}
