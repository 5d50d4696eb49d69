// Loaded when the first editor comes near the screen. Everything of CodeMirror hangs on this file.

import { completionStatus } from "@codemirror/autocomplete";
import { Compartment, EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { useEffect, useLayoutEffect, useRef, type ReactElement } from "react";
import type * as Y from "yjs";
import type { CellId } from "#shared/base/ids.ts";
import { isEditable } from "../../commands/Command.ts";
import { useNotebook } from "../../notebook/services/NotebookContext.tsx";
import { useReadable } from "../../state/useReadable.ts";
import { editorExtensions, languageExtension } from "./editorExtensions.ts";
import type { CaretPlace, CellEditor } from "./Editors.ts";
import { keepCaret } from "./carets/keepCaret.ts";
import { remoteCursorsExtension } from "./carets/remoteCursorsExtension.ts";

export interface CodeEditorProps {
  readonly cellId: CellId;
  readonly text: Y.Text;
  /** A language of code, or `markdown`, or `""` for plain text. */
  readonly language: string;
}

interface Mounted {
  readonly view: EditorView;
  readonly grammar: Compartment;
  /** Completion of variables, documentation and marks. */
  readonly help: Compartment;
}

export function CodeEditor({ cellId, text, language }: CodeEditorProps): ReactElement {
  const host = useRef<HTMLDivElement>(null);
  const mounted = useRef<Mounted>(undefined);
  const notebook = useNotebook();
  const support = useReadable(notebook.languages.support(language));
  const assist = useReadable(notebook.assist.loaded);
  const wrap = language === "markdown" || language === "";

  // In a layout effect: what is typed right after a command that leads here must find the editor.
  useLayoutEffect(() => {
    if (host.current === null) return;
    const { session, editors, cursors } = notebook;
    const [grammar, help] = [new Compartment(), new Compartment()];
    const options = { text, undo: session.textUndo(cellId), wrap, readOnly: !isEditable(notebook) };
    const extensions = [
      editorExtensions(options),
      keepCaret,
      remoteCursorsExtension(cursors, text),
      grammar.of([]),
      help.of([]),
    ];
    const selection = { anchor: Math.min(editors.caret(cellId) ?? 0, text.length) };
    const state = EditorState.create({ doc: text.toString(), selection, extensions });
    const view = new EditorView({ state, parent: host.current });
    mounted.current = { view, grammar, help };
    view.contentDOM.addEventListener("focus", () => notebook.assist.load());
    const remove = editors.add(cellId, cellEditor(view, text));
    // An editor made anew under the hands of the user (its kind changed) takes the keyboard back.
    const { active, mode } = notebook.ui.getState();
    if (active === cellId && mode === "edit" && document.activeElement === document.body) view.focus();
    return () => {
      remove();
      view.destroy();
      mounted.current = undefined;
    };
  }, [notebook, cellId, text, wrap]);

  useEffect(() => {
    if (mounted.current === undefined) return;
    const { view, grammar } = mounted.current;
    view.dispatch({ effects: grammar.reconfigure(languageExtension(language, support)) });
  }, [notebook, cellId, text, wrap, language, support]);

  useEffect(() => {
    if (mounted.current === undefined) return;
    const { view, help } = mounted.current;
    view.dispatch({ effects: help.reconfigure(assist?.extension(cellId, language) ?? []) });
  }, [notebook, cellId, text, wrap, language, assist]);

  return <div ref={host} className="editor" />;
}

function cellEditor(view: EditorView, text: Y.Text): CellEditor {
  return {
    text,
    focus(place) {
      view.focus();
      if (place !== undefined) select(view, place);
    },
    atEdge(edge) {
      const { main, ranges } = view.state.selection;
      if (!main.empty || ranges.length > 1 || completionStatus(view.state) === "active") return false;
      const caret = view.coordsAtPos(main.head);
      const end = view.coordsAtPos(edge === "top" ? 0 : view.state.doc.length);
      // Compared as shown, because a long line may be wrapped; half a line absorbs taller glyphs.
      return caret !== null && end !== null && Math.abs(caret.top - end.top) < view.defaultLineHeight / 2;
    },
    wantsEscape: () => completionStatus(view.state) === "active" || view.state.selection.ranges.length > 1,
    caret: () => view.state.selection.main.from,
  };
}

function select(view: EditorView, place: CaretPlace): void {
  const { doc } = view.state;
  const line = typeof place === "object" ? doc.line(Math.min(Math.max(place.line, 1), doc.lines)) : undefined;
  const selection =
    line !== undefined ? { anchor: line.from, head: line.to } : { anchor: place === "start" ? 0 : doc.length };
  view.dispatch({ selection, scrollIntoView: true });
}
