import { memo, useState, type ReactElement } from "react";
import type * as Y from "yjs";
import type { CellId } from "#shared/base/ids.ts";
import type { CellKind } from "#shared/notebook/cell.ts";
import { readRun } from "#shared/notebook/editRuns.ts";
import type { RunRecord } from "#shared/notebook/runRecord.ts";
import { CELL } from "#shared/notebook/schema.ts";
import { languageName } from "../jobs/runnable.ts";
import { useNotebook } from "../notebook/services/NotebookContext.tsx";
import { CellFrame } from "./CellFrame.tsx";
import { CodeCell } from "./CodeCell.tsx";
import { codeHeight, proseHeight } from "./estimateHeight.ts";
import { MarkdownCell } from "./MarkdownCell.tsx";
import { RawCell } from "./RawCell.tsx";
import { useCellHead, useCellMap } from "./useCell.ts";

export interface CellViewProps {
  readonly cellId: CellId;
}

/** One cell of any kind. Its place is not its affair: else inserting one cell would render all below it again. */
export const CellView = memo(function CellView({ cellId }: CellViewProps): ReactElement | undefined {
  const map = useCellMap(cellId);
  return map === undefined ? undefined : <Cell cellId={cellId} map={map} />;
});

function Cell({ cellId, map }: CellViewProps & { readonly map: Y.Map<unknown> }): ReactElement {
  const { kind, language } = useCellHead(map);
  // reason: cellMap gives only maps whose source is a text.
  const text = map.get(CELL.source) as Y.Text;
  const { session } = useNotebook();
  const [height] = useState(() => estimate(kind, text, readRun(session.doc, cellId)));
  const body = { cellId, map, text };
  const frame = { cellId, kind, height };
  switch (kind) {
    case "code":
      return (
        <CellFrame {...frame} label={`${languageName(language)} cell`}>
          <CodeCell {...body} language={language} />
        </CellFrame>
      );
    case "markdown":
      return (
        <CellFrame {...frame} label="Text cell">
          <MarkdownCell {...body} />
        </CellFrame>
      );
    case "raw":
      return (
        <CellFrame {...frame} label="Raw cell">
          <RawCell {...body} />
        </CellFrame>
      );
  }
}

function estimate(kind: CellKind, text: Y.Text, run: RunRecord | undefined): number {
  const source = text.toString();
  return kind === "markdown" ? proseHeight(source) : codeHeight(source, run?.outputs ?? []);
}
