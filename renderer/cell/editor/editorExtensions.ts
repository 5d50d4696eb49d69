import {
  autocompletion,
  closeBrackets,
  closeCompletion,
  closeBracketsKeymap,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, indentWithTab } from "@codemirror/commands";
import {
  bracketMatching,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
  type LanguageSupport,
} from "@codemirror/language";
import { EditorState, Prec, type Extension } from "@codemirror/state";
import { EditorView, keymap, rectangularSelection } from "@codemirror/view";
import { yCollab, yUndoManagerKeymap } from "y-codemirror.next";
import type * as Y from "yjs";
import { caretBlink } from "./carets/caretBlink.ts";
import { editorTheme } from "./editorTheme.ts";
import { highlighter } from "./highlight.ts";

/** Strokes of CodeMirror's that mean something else in a notebook (renderer/commands/keymap.ts). */
const TAKEN = new Set(["Mod-Enter", "Ctrl-m", "Shift-Alt-m"]);
const keys = defaultKeymap.filter(({ key }) => key === undefined || !TAKEN.has(key));

export interface EditorOptions {
  readonly text: Y.Text;
  readonly undo: Y.UndoManager | undefined;
  readonly wrap: boolean;
  readonly readOnly: boolean;
}

/** Everything an editor has whatever its language. */
export function editorExtensions({ text, undo, wrap, readOnly }: EditorOptions): Extension[] {
  return [
    // Only \n separates lines. CodeMirror would read \r\n as one break, count less than Yjs does, and edit the wrong place.
    EditorState.lineSeparator.of("\n"),
    EditorView.clipboardInputFilter.of((pasted) => pasted.replace(/\r\n?/g, "\n")),
    EditorState.allowMultipleSelections.of(true),
    EditorState.readOnly.of(readOnly),
    EditorView.editable.of(!readOnly),
    EditorView.contentAttributes.of({ "aria-label": "Source of this cell", tabindex: "0" }),
    caretBlink,
    rectangularSelection(),
    indentOnInput(),
    bracketMatching(),
    closeBrackets(),
    autocompletion({ icons: false }),
    EditorView.domEventHandlers({ blur: endCompletion }),
    syntaxHighlighting(highlighter),
    // Before all others that look at a change: what was typed leaves before it is coloured.
    Prec.highest(yCollab(text, undefined, { undoManager: undo ?? false })),
    keymap.of([...closeBracketsKeymap, ...completionKeymap, ...yUndoManagerKeymap, ...keys, indentWithTab]),
    wrap ? EditorView.lineWrapping : [],
    editorTheme,
  ];
}

/** Suggestions that were asked for just before the editor was left would open over the page and stay. */
function endCompletion(_event: FocusEvent, view: EditorView): boolean {
  // After the blur itself, during which an editor may not be changed.
  setTimeout(() => {
    if (view.dom.isConnected && !view.hasFocus) closeCompletion(view);
  });
  return false;
}

export function languageExtension(language: string, support: LanguageSupport | undefined): Extension {
  return [support ?? [], indentUnit.of(language === "python" ? "    " : "  ")];
}
