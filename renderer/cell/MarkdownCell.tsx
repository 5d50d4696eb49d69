import type { ReactElement } from "react";
import type * as Y from "yjs";
import type { CellId } from "#shared/base/ids.ts";
import { useNotebook, useNotebookUi } from "../notebook/services/NotebookContext.tsx";
import { activate } from "../state/notebookUi.ts";
import { useYValue } from "../state/useYValue.ts";
import { SourceView } from "./editor/SourceView.tsx";
import { Markdown } from "./markdown/Markdown.tsx";

export interface MarkdownCellProps {
  readonly cellId: CellId;
  readonly text: Y.Text;
}

const readText = (text: Y.Text): string => text.toString();

/** Prose: shown formatted, and as its source while one writes in it. */
export function MarkdownCell({ cellId, text }: MarkdownCellProps): ReactElement {
  const { ui } = useNotebook();
  const editing = useNotebookUi((state) => state.active === cellId && state.mode === "edit");
  if (editing) {
    return (
      <div className="cell__body cell__body--wide">
        <div className="cell__source">
          <SourceView cellId={cellId} text={text} language="markdown" />
        </div>
        <div className="caption">
          <span>Markdown · Shift-Enter shows it formatted</span>
        </div>
      </div>
    );
  }
  return (
    // The keyboard's way is Enter on the cell.

    <div className="cell__body cell__body--wide" onDoubleClick={() => activate(ui, cellId, "edit")}>
      <Prose text={text} />
    </div>
  );
}

function Prose({ text }: { readonly text: Y.Text }): ReactElement {
  const source = useYValue(text, readText);
  if (source.trim() === "") return <p className="prose prose--empty">Empty text cell. Press Enter to write.</p>;
  return <Markdown source={source} />;
}
