import { Dot, Play, Square } from "lucide-react";
import { useState, type ReactElement } from "react";
import type { CellId } from "#shared/base/ids.ts";
import { isRunnable } from "../../commands/Command.ts";
import { keysOf } from "../../commands/keys/keymap.ts";
import { useCellCommand } from "../../commands/useCommands.ts";
import { useNotebook } from "../../notebook/services/NotebookContext.tsx";
import { languageName, runsHere } from "../../jobs/runnable.ts";
import { reasonInWords, phraseText } from "../../dataflow/flowWords.ts";
import { useCellFlow } from "../../dataflow/useCellFlow.ts";
import { cellNumber } from "../../running/cellWords.ts";
import { useReadable } from "../../state/useReadable.ts";
import { useActivity, useRun } from "../useCell.ts";

export interface CellGutterProps {
  readonly cellId: CellId;
  readonly language: string;
}

const ICON = { size: 12, fill: "currentcolor", strokeWidth: 1.5, "aria-hidden": true };
// Made once: the counter above them changes with every run.
const STOP = <Square {...ICON} />;
const OTHERS = <Dot {...ICON} />;
const RUN = <Play {...ICON} />;

/** Beside a code cell: its counter, and the button that runs or stops it. */
export function CellGutter({ cellId, language }: CellGutterProps): ReactElement {
  const activity = useActivity(cellId);
  const count = useRun(cellId)?.count;
  const run = useCellCommand(cellId);
  const notebook = useNotebook();
  // Read once: when what one may do changes, the notebook is built anew.
  const [may] = useState(() => isRunnable(notebook));
  const reason = useCellFlow(cellId)?.reason;
  const busy = activity.state !== "idle";
  const stoppable = activity.state === "queued" || (activity.state === "running" && activity.mine);
  const byOther = busy && !stoppable;
  const able = stoppable || (!busy && may && runsHere(language));
  const label = stoppable ? "Stop" : able ? "Run this cell" : whyNot(may, byOther, language);
  return (
    <div className={`gutter ${busy ? "gutter--busy" : ""}`}>
      <span className="gutter__count">
        <span className="visually-hidden">{busy ? "Running" : count === undefined ? "Not run yet" : "Run number"}</span>
        <span aria-hidden={count === undefined || busy}>[{busy ? "*" : (count ?? " ")}]</span>
      </span>
      <CellNumber cellId={cellId} />
      {reason !== undefined && !busy && (
        <span
          className="gutter__stale"
          data-tip={`Out of date: ${phraseText(reasonInWords(reason), notebook.order.get())}`}
        />
      )}
      <button
        type="button"
        className="gutter__button"
        aria-label={label}
        aria-disabled={!able}
        data-tip={label}
        data-keys={stoppable ? undefined : keysOf("run.cell")}
        onClick={() => {
          if (able) run(stoppable ? "run.stopCells" : "run.cell");
        }}
      >
        {activity.state === "running" && <span className="gutter__ring" aria-hidden />}
        {stoppable ? STOP : byOther ? OTHERS : RUN}
      </button>
    </div>
  );
}

/** By which messages and panels call the cell; the counter above it says when it ran. */
function CellNumber({ cellId }: { readonly cellId: CellId }): ReactElement {
  const number = cellNumber(useReadable(useNotebook().order), cellId);
  return (
    <span className="gutter__number" data-tip="Its place in the notebook; in brackets, which run it was">
      cell {number ?? ""}
    </span>
  );
}

function whyNot(may: boolean, byOther: boolean, language: string): string {
  if (!may) return "You may read this notebook, not run its cells";
  return byOther ? "Somebody else is running this cell" : `${languageName(language)} cannot run here yet`;
}
