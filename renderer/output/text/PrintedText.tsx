import { useState, type ReactElement } from "react";
import { useNotebook } from "../../notebook/services/NotebookContext.tsx";
import { withCellNames } from "../../running/cellWords.ts";
import { useReadable } from "../../state/useReadable.ts";
import { Button } from "../../ui/Button.tsx";
import { AnsiText } from "./AnsiText.tsx";

/** Lines shown at first. More makes the page slow and the notebook hard to read. */
const LINE_LIMIT = 40;
/** Characters shown at first: one line can be a megabyte. */
const CHARACTER_LIMIT = 40_000;

export interface PrintedTextProps {
  readonly text: string;
  readonly tone: "stdout" | "stderr" | "value";
}

/** Text from a program. Long text shows its beginning, and the rest on demand. */
export function PrintedText({ text, tone }: PrintedTextProps): ReactElement {
  const [all, setAll] = useState(false);
  const order = useReadable(useNotebook().order);
  const end = all ? text.length : previewEnd(text);
  const cut = end < text.length;
  const shown = text.slice(0, end).replace(/\n$/, "");
  return (
    <div className={`printed printed--${tone}`}>
      {tone === "stderr" && <span className="visually-hidden">Error stream: </span>}
      <pre>
        <AnsiText text={tone === "value" ? shown : withCellNames(shown, order)} />
      </pre>
      {cut && (
        <p className="more">
          <Button small variant="secondary" onClick={() => setAll(true)}>
            {wholeInWords(text)}
          </Button>
        </p>
      )}
    </div>
  );
}

/** What the button that shows the rest of a text promises. */
export function wholeInWords(text: string): string {
  const lines = countLines(text);
  return lines === 1 ? "Show the whole line" : `Show all ${lines.toLocaleString("en")} lines`;
}

/** Where the preview of a text ends, in UTF-16 units. */
export function previewEnd(text: string): number {
  let end = -1;
  for (let line = 0; line < LINE_LIMIT; line++) {
    end = text.indexOf("\n", end + 1);
    if (end < 0) return Math.min(text.length, CHARACTER_LIMIT);
  }
  return Math.min(end, CHARACTER_LIMIT);
}

function countLines(text: string): number {
  let count = text.endsWith("\n") ? 0 : 1;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count++;
  return count;
}
