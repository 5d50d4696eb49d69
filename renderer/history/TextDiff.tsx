import { unifiedMergeView } from "@codemirror/merge";
import { EditorState, type Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { useEffect, useRef, type ReactElement } from "react";
import { languageExtension } from "../cell/editor/editorExtensions.ts";
import { editorTheme } from "../cell/editor/editorTheme.ts";
import { useNotebook } from "../notebook/services/NotebookContext.tsx";
import { useReadable } from "../state/useReadable.ts";

/** Lines shown around each change; the rest is folded away. */
const AROUND = 3;
const FOLD_FROM = 6;

export interface TextDiffProps {
  readonly before: string;
  readonly after: string;
  /** A language of code, or `markdown`. */
  readonly language: string;
  readonly label: string;
}

/** How one text became another: what went is struck out above what came. Can be scrolled with the keyboard. */
export function TextDiff({ before, after, language, label }: TextDiffProps): ReactElement {
  const host = useRef<HTMLDivElement>(null);
  const support = useReadable(useNotebook().languages.support(language));
  useEffect(() => {
    if (host.current === null) return;
    const extensions: Extension = [
      EditorState.lineSeparator.of("\n"),
      EditorState.readOnly.of(true),
      EditorView.editable.of(false),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
      editorTheme,
      languageExtension(language, support),
      unifiedMergeView({
        original: before,
        mergeControls: false,
        gutter: true,
        collapseUnchanged: { margin: AROUND, minSize: FOLD_FROM },
      }),
    ];
    const view = new EditorView({ state: EditorState.create({ doc: after, extensions }), parent: host.current });
    return () => view.destroy();
  }, [before, after, language, label, support]);
  // A text that was not there before, or is not now, would be shown as an empty line that went or came.
  const side = before === "" ? " history__diff--from-nothing" : after === "" ? " history__diff--to-nothing" : "";
  return <div ref={host} className={`history__diff${side}`} />;
}
