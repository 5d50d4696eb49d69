import { ArrowDown, ArrowUp, Clock, X } from "lucide-react";
import { useRef, type ReactElement } from "react";
import type { QueueOffset } from "#shared/execution/reorder.ts";
import type { QueueEntry } from "#shared/session/control/ExecutionControl.ts";
import type { UnixMs } from "#shared/base/units.ts";
import { useServices } from "../app/Services.tsx";
import { durationInWords } from "../cell/run/runWords.ts";
import { placeInWords } from "../jobs/placeWords.ts";
import { useNotebook } from "../notebook/services/NotebookContext.tsx";
import { closePanel } from "../state/panels.ts";
import { announce } from "../state/toasts.ts";
import { useNow } from "../state/useNow.ts";
import { useReadable } from "../state/useReadable.ts";
import { IconButton } from "../ui/IconButton.tsx";
import { CellLink } from "./CellLink.tsx";
import { cellName, firstLine } from "./cellWords.ts";

export interface QueueListProps {
  readonly entries: readonly QueueEntry[];
}

/** Rows that are drawn: of a thousand that wait, the first tell enough. */
const ROWS_SHOWN = 100;

export function QueueList({ entries }: QueueListProps): ReactElement {
  const list = useRef<HTMLOListElement>(null);
  if (entries.length === 0) return <p className="queue__none">Nothing runs and nothing waits.</p>;
  const hidden = entries.length - ROWS_SHOWN;
  return (
    <>
      <ol className="queue__list" ref={list} tabIndex={-1} aria-label="Running and waiting cells, in order">
        {entries.slice(0, ROWS_SHOWN).map((entry) => (
          // The button that was pressed goes with its row: the keyboard must not fall out of the panel.
          <Row key={entry.run} entry={entry} leave={() => list.current?.focus()} />
        ))}
      </ol>
      {hidden > 0 && <p className="queue__none">and {hidden} more that wait</p>}
    </>
  );
}

interface RowProps {
  readonly entry: QueueEntry;
  readonly leave: () => void;
}

function Row({ entry, leave }: RowProps): ReactElement {
  const { session, order } = useNotebook();
  const { panels, toasts } = useServices();
  const cells = useReadable(order);
  const now = useNow(entry.since !== undefined);
  const name = cellName(cells, entry.cell);
  const { control } = session;
  const move = (offset: QueueOffset): void => {
    control.move(entry.run, offset);
    announce(toasts, `${name} moved ${offset < 0 ? "towards the front" : "back"}`);
  };
  return (
    <li className="queue__row">
      {entry.state === "queued" ? <Clock size={14} aria-hidden /> : <span className="spinner" aria-hidden />}
      <span className="queue__text">
        <span className="queue__what">
          <CellLink cellId={entry.cell} capital onGo={() => closePanel(panels)} />
          <code>{firstLine(session.doc, entry.cell)}</code>
        </span>
        <small>{entryInWords(entry, now)}</small>
      </span>
      {entry.by === "" && (
        <span className="queue__tools">
          {entry.state === "queued" && (
            <>
              <Move icon={ArrowUp} able={entry.canMoveUp} label={`Run ${name} earlier`} move={() => move(-1)} />
              <Move icon={ArrowDown} able={entry.canMoveDown} label={`Run ${name} later`} move={() => move(1)} />
            </>
          )}
          <IconButton
            small
            icon={X}
            label={entry.state === "queued" ? `Cancel ${name}` : `Stop ${name}`}
            aria-disabled={entry.state === "stopping"}
            onClick={() => {
              leave();
              control.cancel(entry.run);
            }}
          />
        </span>
      )}
    </li>
  );
}

interface MoveProps {
  readonly icon: typeof ArrowUp;
  readonly able: boolean;
  readonly label: string;
  readonly move: () => void;
}

/** Not `disabled`: whoever moves a row to the end with the keyboard stays on its button. */
function Move({ icon, able, label, move }: MoveProps): ReactElement {
  return (
    <IconButton
      small
      icon={icon}
      label={label}
      aria-disabled={!able}
      onClick={() => {
        if (able) move();
      }}
    />
  );
}

/** What an entry is about, in a line. */
export function entryInWords({ state, where, by, since, asked, place: at }: QueueEntry, now: UnixMs): string {
  if (by !== "") return `${by} runs this`;
  const place = where === "here" ? "here" : `on ${where}`;
  const time = since === undefined ? "" : ` · ${durationInWords(Math.max(0, now - since))}`;
  if (state === "stopping") return `Being stopped${time}`;
  if (state === "running" && at !== undefined) return `${placeInWords(at)}${time}`;
  if (state === "running") return `Running ${place}${time}`;
  return asked ? `Waiting to run ${place}` : `Waiting, needed by another cell`;
}
