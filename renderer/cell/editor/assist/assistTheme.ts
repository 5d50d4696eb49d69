import { EditorView } from "@codemirror/view";

const underline = (color: string): Record<string, string> => ({
  backgroundImage: "none",
  paddingBottom: "0",
  textDecoration: `underline wavy ${color} 1px`,
  textUnderlineOffset: "3px",
  textDecorationSkipInk: "none",
});

/** The look of documentation, signatures and marks, in tokens only. */
export const assistTheme = EditorView.theme({
  ".cm-lintRange-error": underline("var(--bad)"),
  ".cm-lintRange-warning": underline("var(--warn)"),
  ".cm-lintRange-active": { backgroundColor: "var(--warn-soft)" },
  ".cm-diagnostic": {
    margin: "0",
    padding: "6px 10px",
    borderLeft: "3px solid var(--warn)",
    color: "var(--ink)",
    font: "var(--text-sm)",
    maxWidth: "48ch",
    whiteSpace: "normal",
  },
  ".cm-diagnostic-error": { borderLeftColor: "var(--bad)" },
  ".cm-lintPoint:after": { display: "none" },
  // What is known of a suggestion stands beside the list.
  ".cm-tooltip.cm-tooltip-autocomplete": { overflow: "visible" },
  ".cm-completionInfo": { padding: "0", maxWidth: "360px", background: "var(--raised)", font: "var(--text-sm)" },
  ".facts": { padding: "6px 10px", maxWidth: "min(52ch, 80vw)", color: "var(--ink-2)", font: "var(--text-sm)" },
  ".facts__head, .facts--signature": { color: "var(--ink)", font: "var(--text-code)", overflowWrap: "anywhere" },
  ".facts--signature": { color: "var(--ink-2)" },
  ".facts--signature strong": { color: "var(--accent)" },
  ".facts__value": { font: "var(--text-code)", overflowWrap: "anywhere" },
  ".facts__doc": { marginTop: "4px", whiteSpace: "pre-wrap", overflowWrap: "anywhere" },
  ".facts__note": { color: "var(--ink-3)" },
});
