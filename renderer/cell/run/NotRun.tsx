import { CirclePause } from "lucide-react";
import type { ReactElement } from "react";
import type { CellId } from "#shared/base/ids.ts";
import { isSourceTooLarge } from "#shared/jobs/jobOffer.ts";
import { readCell } from "#shared/notebook/cell.ts";
import type { RunRecord } from "#shared/notebook/runRecord.ts";
import { notebookRoots } from "#shared/notebook/schema.ts";
import type { Placement } from "#shared/session/views.ts";
import { useServices } from "../../app/Services.tsx";
import { execute } from "../../commands/runCommands.ts";
import { placeAgain } from "../../jobs/placeAgain.ts";
import { useNotebook } from "../../notebook/services/NotebookContext.tsx";
import { useReadable } from "../../state/useReadable.ts";
import { notRunInWords } from "./runWords.ts";

export interface NotRunProps {
  readonly cellId: CellId;
  readonly where: RunRecord["where"];
  readonly reason: string;
}

/** The place that was asked for executed nothing of the cell: another may. */
export function NotRun({ cellId, where, reason }: NotRunProps): ReactElement {
  const notebook = useNotebook();
  const services = useServices();
  const classroom = useReadable(services.meshbook.classroom);
  const words = notRunInWords({ where }, reason);
  const source = readCell(notebookRoots(notebook.session.doc).cells, cellId)?.source ?? "";
  const runAt = (place: Placement): void => execute(notebook, services, [cellId], place);
  return (
    <span className="caption__run caption__run--warn">
      <CirclePause size={12} aria-hidden />
      <span className="caption__words" data-tip={words}>
        {words}
      </span>
      <button type="button" className="link-button caption__action" onClick={() => runAt({ at: "here" })}>
        {where.at === "here" ? "try again" : "run here"}
      </button>
      {classroom !== undefined && !isSourceTooLarge(source) && (
        <>
          <span aria-hidden>·</span>
          <button
            type="button"
            className="link-button caption__action"
            aria-label="run on any computer"
            onClick={() => runAt(placeAgain(where) ?? { at: "any" })}
          >
            any computer
          </button>
        </>
      )}
    </span>
  );
}
