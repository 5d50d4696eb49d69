import { RotateCcw, Trash2 } from "lucide-react";
import type { ReactElement } from "react";
import { restoreCells } from "#shared/notebook/editCells.ts";
import { rearrange } from "../commands/rearrange.ts";
import { activate, type DeletedNotice } from "../state/notebookUi.ts";
import { Button } from "../ui/Button.tsx";
import { useNotebook } from "./services/NotebookContext.tsx";

/** Stands where somebody else deleted the cell we were in. Nothing of it is lost. */
export function DeletedCell({ notice }: { readonly notice: DeletedNotice }): ReactElement {
  const notebook = useNotebook();
  const { session, ui } = notebook;
  const dismiss = (): void =>
    ui.setState(({ deletedNotices }) => ({ deletedNotices: deletedNotices.filter((other) => other !== notice) }));
  const restore = (): void => {
    rearrange(notebook, () => restoreCells(session.doc, [notice.cell]));
    activate(ui, notice.cell, "edit");
  };
  return (
    <div role="row" className="cell cell--gone">
      <div role="gridcell" className="notice notice--warn">
        <Trash2 size={16} aria-hidden />
        <p>Deleted by {notice.by} while you were typing</p>
        <Button small variant="secondary" icon={RotateCcw} onClick={restore}>
          Restore
        </Button>
        <Button small onClick={dismiss}>
          Dismiss
        </Button>
      </div>
    </div>
  );
}
