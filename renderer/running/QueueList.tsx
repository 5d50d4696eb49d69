import { ArrowDown, ArrowRightLeft, ArrowUp, Clock, X } from "lucide-react";
import { useRef, type ReactElement } from "react";
import type { QueueOffset } from "#shared/execution/reorder.ts";
import { readCell } from "#shared/notebook/cell.ts";
import { notebookRoots } from "#shared/notebook/schema.ts";
import type { QueueEntry } from "#shared/session/control/ExecutionControl.ts";
import type { UnixMs } from "#shared/base/units.ts";
import { useServices } from "../app/Services.tsx";
import { connectionInWords, elapsedInWords } from "../cell/run/runWords.ts";
import { useActivity } from "../cell/useCell.ts";
import { moveEntries } from "../jobs/moveEntries.ts";
import { placeInWords } from "../jobs/placeWords.ts";
import { useNotebook } from "../notebook/services/NotebookContext.tsx";
import { closePanel } from "../state/panels.ts";
import { announce } from "../state/toasts.ts";
import { useNow } from "../state/useNow.ts";
import { useReadable } from "../state/useReadable.ts";
import { IconButton } from "../ui/IconButton.tsx";
import { MenuButton } from "../ui/menu/MenuButton.tsx";
import { CellLink } from "./CellLink.tsx";
import { cellName, firstLine, lastLine } from "./cellWords.ts";
import { leaseInWords } from "./endedWords.ts";

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
        {entry.by === "" && entry.where !== "here" && entry.state !== "queued" && <Lease entry={entry} />}
        <LastLine entry={entry} />
      </span>
      {entry.by === "" && (
        <span className="queue__tools">
          {entry.place !== undefined && entry.state === "running" && <MoveTo entry={entry} name={name} />}
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

/** What it printed last: how one sees, from afar, that it goes on. */
function LastLine({ entry }: { readonly entry: QueueEntry }): ReactElement | undefined {
  const activity = useActivity(entry.cell);
  const outputs = activity.state === "running" && activity.run === entry.run ? activity.outputs : [];
  const line = lastLine(outputs);
  return line === "" ? undefined : <small className="queue__printed">{line}</small>;
}

/** That the computer which has it is still there. */
function Lease({ entry }: { readonly entry: QueueEntry }): ReactElement | undefined {
  const { session } = useNotebook();
  useNow(true);
  const lease = session.control.lease(entry.run);
  return lease && <small>{leaseInWords(lease)}</small>;
}

/** Where else a run that any computer may do could be. */
function MoveTo({ entry, name }: { readonly entry: QueueEntry; readonly name: string }): ReactElement {
  const { session } = useNotebook();
  const { meshbook } = useServices();
  return (
    <MenuButton
      small
      icon={ArrowRightLeft}
      label={`Move ${name} to another computer`}
      entries={() => {
        const agents = meshbook.classroom.get()?.agents ?? [];
        const language = readCell(notebookRoots(session.doc).cells, entry.cell)?.language ?? "";
        const movable = { from: entry.place?.agent, labels: entry.labels ?? {}, language };
        return moveEntries(agents, movable, (to) => session.control.moveTo(entry.run, to));
      }}
    />
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
export function entryInWords({ state, where, by, since, asked, place: at, waits }: QueueEntry, now: UnixMs): string {
  if (by !== "") return `${by} runs this`;
  const place = where === "here" ? "here" : `on ${where}`;
  const time = since === undefined ? "" : ` · ${elapsedInWords(now - since)}`;
  if (state === "stopping") return `Being stopped${time}`;
  const wait = waits && connectionInWords(waits);
  if (state === "running" && wait !== undefined) return `${wait}${time}`;
  if (state === "running" && at !== undefined) return `${placeInWords(at)}${time}`;
  if (state === "running") return `Running ${place}${time}`;
  return asked ? `Waiting to run ${place}` : `Waiting, needed by another cell`;
}
