import type { ReactElement } from "react";
import type * as Y from "yjs";
import type { CellId } from "#shared/base/ids.ts";
import { FlowProblems } from "../dataflow/FlowProblems.tsx";
import { OutputArea } from "../output/OutputArea.tsx";
import { SourceView } from "./editor/SourceView.tsx";
import { CellGutter } from "./run/CellGutter.tsx";
import { Folded } from "./Folded.tsx";
import { RunCaption } from "./run/RunCaption.tsx";
import { useCellOption, useIsMemo } from "./useCell.ts";

export interface CodeCellProps {
  readonly cellId: CellId;
  readonly map: Y.Map<unknown>;
  readonly text: Y.Text;
  readonly language: string;
}

export function CodeCell({ cellId, map, text, language }: CodeCellProps): ReactElement {
  const sourceHidden = useCellOption(map, "sourceHidden");
  const outputsHidden = useCellOption(map, "outputsHidden");
  const memo = useIsMemo(map);
  return (
    <>
      <CellGutter cellId={cellId} language={language} />
      <div className="cell__body">
        <div className="cell__source">
          {sourceHidden ? (
            <Folded cellId={cellId} text={text} />
          ) : (
            <SourceView cellId={cellId} text={text} language={language} />
          )}
        </div>
        <RunCaption cellId={cellId} text={text} language={language} memo={memo} />
        <FlowProblems cellId={cellId} />
        <OutputArea cellId={cellId} hidden={outputsHidden} />
      </div>
    </>
  );
}
