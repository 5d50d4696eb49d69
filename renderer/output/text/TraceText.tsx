import { Fragment, type ReactElement } from "react";
import { CellId } from "#shared/base/ids.ts";
import { useNotebook } from "../../notebook/services/NotebookContext.tsx";
import { cellNumber } from "../../running/cellWords.ts";
import { activate } from "../../state/notebookUi.ts";
import { useReadable } from "../../state/useReadable.ts";
import { AnsiText } from "./AnsiText.tsx";

export interface TraceTextProps {
  /** The cell that failed. */
  readonly cellId: CellId;
  readonly lines: readonly string[];
}

/** A place in a cell, as kernels write it: `cell line 2:5` for the cell that failed, `cell ID line 2:5` for another. */
const FRAME = /^( {4}at (?:[^\n]{0,300}?\()?)(cell(?: ([A-Za-z0-9_-]{1,64}))? line (\d{1,7})(?::\d{1,7})?)(\)?)$/;

/** The trace of an error: each place in a cell of this notebook is a way there. */
export function TraceText({ cellId, lines }: TraceTextProps): ReactElement {
  const order = useReadable(useNotebook().order);
  return (
    <>
      {piecesOf(lines, cellId).map(({ text, place }, index) => (
        <Fragment key={index}>
          {index > 0 && "\n"}
          {place === undefined || !order.includes(place.cell) ? (
            <AnsiText text={text} />
          ) : (
            <>
              {place.before}
              <PlaceLink {...place} />
              {place.after}
            </>
          )}
        </Fragment>
      ))}
    </>
  );
}

interface Place {
  readonly cell: CellId;
  /** From 1. */
  readonly line: number;
  readonly before: string;
  readonly after: string;
}

/** Lines between frames stay together: colours may go over several. */
function piecesOf(
  lines: readonly string[],
  failed: CellId,
): readonly { readonly text: string; readonly place?: Place }[] {
  const pieces: { text: string; place?: Place }[] = [];
  for (const line of lines.flatMap((one) => one.split("\n"))) {
    const [, before = "", , id, number, after = ""] = FRAME.exec(line) ?? [];
    const cell = id === undefined ? failed : CellId.parse(id);
    const last = pieces.at(-1);
    if (number !== undefined && cell !== undefined) {
      pieces.push({ text: line, place: { cell, line: Number(number), before, after } });
    } else if (last && last.place === undefined) last.text += `\n${line}`;
    else pieces.push({ text: line });
  }
  return pieces;
}

function PlaceLink({ cell, line }: Place): ReactElement {
  const { ui, editors, order } = useNotebook();
  const go = (): void => {
    editors.focus(cell, { line });
    activate(ui, cell, "edit");
  };
  return (
    <button type="button" className="link-button" onClick={go}>
      cell {cellNumber(order.get(), cell)} line {line}
    </button>
  );
}
