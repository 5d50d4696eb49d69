import type { ReactElement, ReactNode } from "react";
import type { CellRename, RenamedLine } from "#shared/dataflow/rename/planRename.ts";
import { useNotebook } from "../notebook/services/NotebookContext.tsx";
import { cellName } from "../running/cellWords.ts";

export interface RenamePreviewProps {
  readonly renames: readonly CellRename[];
  /** Shown in the places. */
  readonly to: string;
}

/** The lines that change, as they will be. */
export function RenamePreview({ renames, to }: RenamePreviewProps): ReactElement {
  const { order } = useNotebook();
  const count = renames.reduce((sum, { lines }) => sum + lines.reduce((all, { spans }) => all + spans.length, 0), 0);
  const where = renames.length === 1 ? "one cell" : `${renames.length} cells`;
  return (
    <>
      <p className="rename__count">
        {count === 1 ? "One place" : `${count} places`} in {where}:
      </p>
      {/* It scrolls, and what scrolls the keyboard must reach. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className="rename__places" role="region" aria-label="Places" tabIndex={0}>
        {renames.map(({ cell, defines, lines }) => (
          <section key={cell}>
            <h3>
              {capital(cellName(order.get(), cell))} <small>{defines ? "defines it" : "reads it"}</small>
            </h3>
            <pre>
              {lines.map((line) => (
                <div key={line.line} className="rename__line">
                  <span className="rename__number">{line.line}</span>
                  {withName(line, to)}
                </div>
              ))}
            </pre>
          </section>
        ))}
      </div>
    </>
  );
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function withName({ text, spans }: RenamedLine, to: string): ReactNode {
  const parts: ReactNode[] = [];
  let at = 0;
  for (const span of spans) {
    parts.push(text.slice(at, span.from), <mark key={span.from}>{to}</mark>);
    at = span.to;
  }
  return [...parts, text.slice(at)];
}
