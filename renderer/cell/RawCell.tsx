import type { ReactElement } from "react";
import type * as Y from "yjs";
import type { CellId } from "#shared/base/ids.ts";
import { SourceView } from "./editor/SourceView.tsx";

export interface RawCellProps {
  readonly cellId: CellId;
  readonly text: Y.Text;
}

/** Text that is kept as it is, for export; and cells of kinds only newer code knows. */
export function RawCell({ cellId, text }: RawCellProps): ReactElement {
  return (
    <div className="cell__body cell__body--wide">
      <div className="cell__source">
        <SourceView cellId={cellId} text={text} language="" />
      </div>
      <div className="caption">
        <span>Raw text, not run and not formatted</span>
      </div>
    </div>
  );
}
