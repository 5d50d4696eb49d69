import type { CellId } from "#shared/base/ids.ts";
import type { Dispose } from "#shared/base/dispose.ts";
import * as Y from "yjs";

/** Where the caret goes: an end of the text, or a line of it (1-based). */
export type CaretPlace = "start" | "end" | { readonly line: number };

/** What commands may ask of the editor of one cell. */
export interface CellEditor {
  /** What is edited in it. */
  readonly text: Y.Text;
  focus(place?: CaretPlace): void;
  /** The caret stands alone on the first (last) line as it is shown, so that Up (Down) would leave the text. */
  atEdge(edge: "top" | "bottom"): boolean;
  /** Something of the editor itself wants Escape: completion, search. */
  wantsEscape(): boolean;
  /** Start of the selection in UTF-16 units. */
  caret(): number;
}

/** The editors that are mounted now. Most cells have none: they show their source until they come near the screen. */
export class Editors {
  readonly #mounted = new Map<CellId, CellEditor>();
  /** Where carets stood in editors that are gone, as indices now. */
  readonly #left = new Map<CellId, () => number>();
  /** The cell that waits for its editor to be mounted, to give it the keyboard. */
  #wanted: { readonly cell: CellId; readonly place: CaretPlace | undefined } | undefined;

  /** An editor came to be. If it was wanted, it gets the keyboard. */
  add(cell: CellId, editor: CellEditor): Dispose {
    this.#mounted.set(cell, editor);
    if (this.#wanted?.cell === cell) {
      editor.focus(this.#wanted.place);
      this.#wanted = undefined;
    }
    return () => {
      this.#left.set(cell, keptPlace(editor.text, editor.caret()));
      if (this.#mounted.get(cell) === editor) this.#mounted.delete(cell);
    };
  }

  get(cell: CellId | undefined): CellEditor | undefined {
    return cell === undefined ? undefined : this.#mounted.get(cell);
  }

  /** Where the caret stands in a cell's text, or stood in the editor that it had before; in UTF-16 units. */
  caret(cell: CellId): number | undefined {
    return this.#mounted.get(cell)?.caret() ?? this.#left.get(cell)?.();
  }

  /** Where the caret will stand in the editor that a cell is to get for its text. */
  caretToBe(cell: CellId, { length }: Y.Text): number {
    const place = this.#wanted?.cell === cell ? this.#wanted.place : undefined;
    if (place === "start") return 0;
    return place === undefined ? (this.#left.get(cell)?.() ?? 0) : length;
  }

  /** The editor that a cell is to get for its text will have its caret here. */
  place(cell: CellId, text: Y.Text, caret: number): void {
    this.#left.set(cell, keptPlace(text, caret));
    if (this.#wanted?.cell === cell) this.#wanted = { cell, place: undefined };
  }

  /** Gives the keyboard to a cell's text, now or when its editor is mounted. Without a place the caret stays. */
  focus(cell: CellId, place?: CaretPlace): void {
    const editor = this.#mounted.get(cell);
    const before = this.#wanted?.cell === cell ? this.#wanted.place : undefined;
    this.#wanted = editor === undefined ? { cell, place: place ?? before } : undefined;
    editor?.focus(place);
  }

  /** Nobody waits for an editor any more: one that is mounted now must not take the keyboard. */
  forgetWanted(): void {
    this.#wanted = undefined;
  }
}

/** A place in a text, kept while others write: what comes in just there goes behind it, as in an editor. */
function keptPlace(text: Y.Text, index: number): () => number {
  const place = Y.createRelativePositionFromTypeIndex(text, Math.min(index, text.length), -1);
  return () => (text.doc && Y.createAbsolutePositionFromRelativePosition(place, text.doc)?.index) ?? 0;
}
