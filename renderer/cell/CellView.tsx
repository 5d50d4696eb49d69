import { memo, type ReactElement } from "react";
import type * as Y from "yjs";
import type { CellId } from "#shared/base/ids.ts";
import { CELL } from "#shared/notebook/schema.ts";
import { languageName } from "../jobs/runnable.ts";
import { CellFrame } from "./CellFrame.tsx";
import { CodeCell } from "./CodeCell.tsx";
import { MarkdownCell } from "./MarkdownCell.tsx";
import { RawCell } from "./RawCell.tsx";
import { useCellHead, useCellMap } from "./useCell.ts";

export interface CellViewProps {
  readonly cellId: CellId;
  /** Place in the notebook, 1-based. */
  readonly position: number;
}

/** One cell of any kind. */
export const CellView = memo(function CellView(props: CellViewProps): ReactElement | undefined {
  const map = useCellMap(props.cellId);
  return map === undefined ? undefined : <Cell {...props} map={map} />;
});

function Cell({ cellId, position, map }: CellViewProps & { readonly map: Y.Map<unknown> }): ReactElement {
  const { kind, language } = useCellHead(map);
  // reason: cellMap gives only maps whose source is a text.
  const text = map.get(CELL.source) as Y.Text;
  const body = { cellId, map, text };
  switch (kind) {
    case "code":
      return (
        <CellFrame cellId={cellId} kind={kind} label={`Cell ${position}, ${languageName(language)}`}>
          <CodeCell {...body} language={language} />
        </CellFrame>
      );
    case "markdown":
      return (
        <CellFrame cellId={cellId} kind={kind} label={`Cell ${position}, text`}>
          <MarkdownCell {...body} />
        </CellFrame>
      );
    case "raw":
      return (
        <CellFrame cellId={cellId} kind={kind} label={`Cell ${position}, raw`}>
          <RawCell {...body} />
        </CellFrame>
      );
  }
}
