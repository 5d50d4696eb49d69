import { EditorView } from "@codemirror/view";

/** The look of editors, in tokens only. Box, padding and colours of code are shared with static source: cell.css. */
export const editorTheme = EditorView.theme({
  "&": { background: "transparent", color: "var(--ink)", font: "var(--text-code)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { font: "var(--text-code)", overflowX: "auto" },
  ".cm-content": { padding: "10px 0", caretColor: "var(--ink)" },
  ".cm-line": { padding: "0 12px" },
  ".cm-cursor": { borderLeft: "2px solid var(--accent)", marginLeft: "-1px" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    background: "var(--code-selection)",
  },
  "&:not(.cm-focused) > .cm-scroller > .cm-selectionLayer": { display: "none" },
  "&.cm-focused .cm-matchingBracket": { background: "var(--code-match)", outline: "none" },
  "&.cm-focused .cm-nonmatchingBracket": { background: "none", color: "var(--bad)" },
  ".cm-specialChar": { color: "var(--bad)" },
  ".cm-tooltip": {
    border: "1px solid var(--line)",
    borderRadius: "var(--radius)",
    background: "var(--raised)",
    boxShadow: "var(--shadow-l)",
    overflow: "hidden",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { font: "var(--text-code)", padding: "4px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "2px 8px", borderRadius: "4px" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { background: "var(--accent-soft)", color: "var(--ink)" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "600", color: "var(--accent)" },
  ".cm-completionDetail": { color: "var(--ink-3)", fontStyle: "normal" },
});
