import { startCompletion } from "@codemirror/autocomplete";
import { StateField } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";

/** Whether the last change or move was a key of the user's that wrote text. */
export const typedLast = StateField.define<boolean>({
  create: () => false,
  update(typed, transaction) {
    if (transaction.isUserEvent("input.type")) return true;
    return typed && !transaction.docChanged && transaction.selection === undefined;
  },
});

/**
 * Asks for suggestions to the word or the dot that was just typed. To be called when there is more to suggest from than when it was
 * typed: an answer already given, or given by nobody, is otherwise kept until the word ends.
 */
export function askAgain(view: EditorView): void {
  if (!view.hasFocus || !view.state.field(typedLast)) return;
  const { head } = view.state.selection.main;
  if (/[\p{ID_Continue}$.]/u.test(view.state.sliceDoc(Math.max(0, head - 1), head))) startCompletion(view);
}
