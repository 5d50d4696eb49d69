import { Annotation, RangeSet, type Extension, type Range } from "@codemirror/state";
import {
  Decoration,
  ViewPlugin,
  WidgetType,
  type DecorationSet,
  type EditorView,
  type ViewUpdate,
} from "@codemirror/view";
import type * as Y from "yjs";
import type { Dispose } from "#shared/base/dispose.ts";
import { absolute, type RemoteCursor, type RemoteCursors } from "../../../peers/RemoteCursors.ts";

/** Marks the empty transaction by which an editor is told that carets moved. */
const cursorsMoved = Annotation.define<true>();

/** Shows the carets and selections of others in one editor, and ours to them. */
export function remoteCursorsExtension(cursors: RemoteCursors, text: Y.Text): Extension {
  return ViewPlugin.define((view) => new CursorsView(view, cursors, text), {
    decorations: (plugin) => plugin.decorations,
  });
}

class CursorsView {
  decorations: DecorationSet;
  readonly #cursors: RemoteCursors;
  readonly #text: Y.Text;
  readonly #unwatch: Dispose;

  constructor(view: EditorView, cursors: RemoteCursors, text: Y.Text) {
    this.#cursors = cursors;
    this.#text = text;
    this.decorations = this.#decorate(view);
    this.#unwatch = cursors.watch(text, () => view.dispatch({ annotations: cursorsMoved.of(true) }));
  }

  update(update: ViewUpdate): void {
    const moved = update.transactions.some((transaction) => transaction.annotation(cursorsMoved) === true);
    if (update.docChanged || moved) this.decorations = this.#decorate(update.view);
    if (update.selectionSet || update.focusChanged) this.#publish(update);
  }

  destroy(): void {
    this.#unwatch();
  }

  #publish({ view, state, focusChanged }: ViewUpdate): void {
    const { anchor, head } = state.selection.main;
    if (view.hasFocus) this.#cursors.publish(this.#text, anchor, head);
    // Another window took the keyboard: we are still here for the others.
    else if (focusChanged && document.hasFocus()) this.#cursors.publish(undefined, 0, 0);
  }

  #decorate(view: EditorView): DecorationSet {
    const ranges = this.#cursors.in(this.#text).flatMap((cursor) => decorationsOf(view, cursor, this.#text));
    return ranges.length === 0 ? Decoration.none : RangeSet.of(ranges, true);
  }
}

function decorationsOf(view: EditorView, cursor: RemoteCursor, text: Y.Text): Range<Decoration>[] {
  const { doc } = text;
  const anchor = doc === null ? undefined : absolute(cursor.anchor, doc);
  const head = doc === null ? undefined : absolute(cursor.head, doc);
  if (anchor?.type !== text || head?.type !== text) return [];
  // The editor's text may lag behind Yjs within one transaction.
  const clamp = (index: number): number => Math.min(index, view.state.doc.length);
  const at = clamp(head.index);
  const [from, to] = [clamp(Math.min(anchor.index, head.index)), clamp(Math.max(anchor.index, head.index))];
  const firstLine = view.state.doc.lineAt(at).number === 1;
  const caret = Decoration.widget({ side: 1, widget: new CaretWidget(cursor, firstLine) }).range(at);
  const selection = Decoration.mark({ class: `peer-selection peer--${cursor.color}` });
  return from === to ? [caret] : [selection.range(from, to), caret];
}

class CaretWidget extends WidgetType {
  readonly #cursor: RemoteCursor;
  readonly #firstLine: boolean;

  constructor(cursor: RemoteCursor, firstLine: boolean) {
    super();
    this.#cursor = cursor;
    this.#firstLine = firstLine;
  }

  override eq(other: CaretWidget): boolean {
    const { client, moves } = other.#cursor;
    return client === this.#cursor.client && moves === this.#cursor.moves && other.#firstLine === this.#firstLine;
  }

  override toDOM(): HTMLElement {
    const caret = document.createElement("span");
    caret.className = `peer-caret peer--${this.#cursor.color} ${this.#firstLine ? "peer-caret--first-line" : ""}`;
    // The name is presence, not text: the list of people says it to screen readers.
    caret.ariaHidden = "true";
    const label = document.createElement("span");
    label.className = "peer-caret__name";
    label.textContent = this.#cursor.name;
    caret.append("\u2060", label, "\u2060");
    return caret;
  }

  override ignoreEvent(): boolean {
    return true;
  }
}
