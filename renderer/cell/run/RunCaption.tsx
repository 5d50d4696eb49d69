import { Bookmark, CircleAlert, CircleCheck, CirclePause, Clock } from "lucide-react";
import type { ReactElement } from "react";
import type * as Y from "yjs";
import type { CellId } from "#shared/base/ids.ts";
import type { Placement } from "#shared/session/views.ts";
import type { RunRecord } from "#shared/notebook/runRecord.ts";
import { useServices } from "../../app/Services.tsx";
import { execute, executeAnew } from "../../commands/runCommands.ts";
import { useCellCommand } from "../../commands/useCommands.ts";
import { placeAgain } from "../../jobs/placeAgain.ts";
import { StaleMark } from "../../dataflow/StaleMark.tsx";
import { useNotebook } from "../../notebook/services/NotebookContext.tsx";
import { useNow } from "../../state/useNow.ts";
import { useReadable } from "../../state/useReadable.ts";
import { LanguageName } from "./LanguageName.tsx";
import { NotRun } from "./NotRun.tsx";
import {
  activityInWords,
  brokenInWords,
  isInterrupted,
  keptInWords,
  refusalInWords,
  runInWords,
  type KeptFrom,
} from "./runWords.ts";
import { useActivity, useRun } from "../useCell.ts";

export interface RunCaptionProps {
  readonly cellId: CellId;
  readonly text: Y.Text;
  readonly language: string;
  /** The cell's result is to be kept. */
  readonly memo: boolean;
}

/** One line under the source, always of the same height: what goes on in the cell, or who ran it where, and its language. */
export function RunCaption({ cellId, text, language, memo }: RunCaptionProps): ReactElement {
  const record = useRun(cellId);
  const activity = useActivity(cellId);
  return (
    <div className="caption">
      {activity.state !== "idle" ? (
        <Going cellId={cellId} />
      ) : (
        record !== undefined && <Ended cellId={cellId} text={text} record={record} />
      )}
      {memo && (
        <span className="caption__memo" role="img" aria-label={MEMO} data-tip={MEMO}>
          <Bookmark size={12} aria-hidden />
        </span>
      )}
      <LanguageName cellId={cellId} language={language} />
    </div>
  );
}

const MEMO = "Its result is kept: the same code with the same inputs is not run again";

function Going({ cellId }: { readonly cellId: CellId }): ReactElement {
  const activity = useActivity(cellId);
  const now = useNow(activity.state === "running");
  return (
    <span className="caption__run caption__run--going">
      {activity.state === "queued" ? <Clock size={12} aria-hidden /> : <span className="spinner" aria-hidden />}
      <span className="caption__words">{activityInWords(activity, now)}</span>
    </span>
  );
}

interface EndedProps {
  readonly cellId: CellId;
  readonly text: Y.Text;
  readonly record: RunRecord;
}

function Ended({ cellId, text, record }: EndedProps): ReactElement {
  const services = useServices();
  const { meshbook } = services;
  const notebook = useNotebook();
  const run = useCellCommand(cellId);
  const { blind } = useReadable(notebook.session.access);
  if (record.where.at === "any" && record.where.parked !== undefined) {
    return <Parked cellId={cellId} reason={record.where.parked} again={placeAgain(record.where)} />;
  }
  if (record.notRun !== undefined) return <NotRun cellId={cellId} where={record.where} reason={record.notRun} />;
  if (isInterrupted(record)) {
    const again = placeAgain(record.where);
    const runAgain = (): void => {
      if (again === undefined) run("run.cell");
      else execute(notebook, services, [cellId], again);
    };
    return (
      <span className="caption__run caption__run--warn">
        <CirclePause size={12} aria-hidden />
        <span className="caption__words">{brokenInWords(record, blind)}</span>
        <button type="button" className="link-button caption__action" onClick={runAgain}>
          run again
        </button>
      </span>
    );
  }
  if (record.kept !== undefined && "from" in record.kept) {
    return <Kept cellId={cellId} text={text} record={record} from={record.kept.from} />;
  }
  return (
    <span className="caption__run" data-tip={refusalInWords(record)}>
      <Outcome status={record.status} />
      <span className="caption__words">{runInWords(record, meshbook.peer)}</span>
      <StaleMark cellId={cellId} text={text} />
    </span>
  );
}

/** Somebody's run gave this before, and nothing was executed: whoever doubts it may have it executed. */
function Kept({ cellId, text, record, from }: EndedProps & { readonly from: KeptFrom }): ReactElement {
  const notebook = useNotebook();
  const services = useServices();
  const now = useNow(false);
  const { where } = record;
  return (
    <span className="caption__run">
      {FINISHED}
      <span className="caption__words">{keptInWords(from, services.meshbook.peer, now)}</span>
      <button
        type="button"
        className="link-button caption__action"
        onClick={() =>
          executeAnew(notebook, services, [cellId], placeAgain(where) ?? (where.at === "agent" ? where : undefined))
        }
      >
        Run anyway
      </button>
      <StaleMark cellId={cellId} text={text} />
    </span>
  );
}

interface ParkedProps {
  readonly cellId: CellId;
  readonly reason: string;
  readonly again: Placement | undefined;
}

/** Tried on other computers, and given up: whoever knows why may have it tried again. */
function Parked({ cellId, reason, again }: ParkedProps): ReactElement {
  const notebook = useNotebook();
  const services = useServices();
  return (
    <span className="caption__run caption__run--warn">
      <CirclePause size={12} aria-hidden />
      <span className="caption__words">Parked: {reason}</span>
      <button
        type="button"
        className="link-button caption__action"
        onClick={() => execute(notebook, services, [cellId], again)}
      >
        retry
      </button>
    </span>
  );
}

// Made once: with every run the words beside them are other ones, and they are the same.
const FAILED = <CircleAlert size={12} className="bad" aria-label="Error" />;
const FINISHED = <CircleCheck size={12} className="ok" aria-label="Finished" />;

function Outcome({ status }: Pick<RunRecord, "status">): ReactElement | undefined {
  if (status === "error") return FAILED;
  return status === "ok" ? FINISHED : undefined;
}
