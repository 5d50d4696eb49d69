import { EditorView } from "@codemirror/view";

/**
 * When lines are drawn anew, the browser's caret goes to the start of the text. In the first 200 ms after an editor got the
 * keyboard CodeMirror takes it for where it was, and what is typed next would go to the start: so it is put back.
 */
export const keepCaret = EditorView.updateListener.of(({ view }) => {
  const { anchor, head } = view.state.selection.main;
  if (head === 0 || !view.hasFocus || view.composing) return;
  const shown = document.getSelection();
  const node = shown?.focusNode ?? null;
  if (shown === null || node === null || !view.contentDOM.contains(node)) return;
  if (view.posAtDOM(node, shown.focusOffset) !== 0) return;
  const [from, to] = [view.domAtPos(anchor), view.domAtPos(head)];
  shown.setBaseAndExtent(from.node, from.offset, to.node, to.offset);
});
