import { nextDiagnostic, setDiagnostics, type Diagnostic } from "@codemirror/lint";
import type { Extension } from "@codemirror/state";
import { keymap, ViewPlugin, type EditorView } from "@codemirror/view";
import type { Dispose } from "#shared/base/dispose.ts";
import type { CellId } from "#shared/base/ids.ts";
import type { NotebookNames } from "./NotebookNames.ts";

/** Underlines mistakes and names that nothing defines, whenever cells were read again. F8 goes from one to the next. */
export function marksExtension(cell: CellId, names: NotebookNames): Extension {
  return [ViewPlugin.define((view) => new Marks(view, cell, names)), keymap.of([{ key: "F8", run: nextDiagnostic }])];
}

class Marks {
  readonly #dispose: Dispose;
  #shown = "[]";

  constructor(view: EditorView, cell: CellId, names: NotebookNames) {
    const show = (): void => this.#show(view, cell, names);
    this.#dispose = names.changed.subscribe(show);
    // An editor may not be changed while its plugins are made.
    queueMicrotask(show);
  }

  destroy(): void {
    this.#dispose();
    this.#shown = "closed";
  }

  #show(view: EditorView, cell: CellId, names: NotebookNames): void {
    // What was read is not what stands here any more: it will be read again.
    if (this.#shown === "closed" || names.cell(cell)?.source !== view.state.doc.toString()) return;
    const marks = names.marks(cell).map(({ from, to, kind, message }): Diagnostic => {
      return { from, to, message, severity: kind === "mistake" ? "error" : "warning" };
    });
    const next = JSON.stringify(marks);
    if (next === this.#shown) return;
    this.#shown = next;
    view.dispatch(setDiagnostics(view.state, marks));
  }
}
