import { useCallback, useMemo, useRef, useState, type ReactElement } from "react";
import type { CellId } from "#shared/base/ids.ts";
import type { CellOutput } from "#shared/notebook/output.ts";
import { useActivity, useStoredOutputs } from "../cell/useCell.ts";
import { useCellCommand } from "../commands/useCommands.ts";
import { groupPieces } from "./text/joinPieces.ts";
import { joinStreams } from "./text/joinStreams.ts";
import { OutputView } from "./OutputView.tsx";
import { CopyPrompt } from "./prompts/CopyPrompt.tsx";
import { InputPrompt } from "./prompts/InputPrompt.tsx";
import { PermissionPrompt } from "./prompts/PermissionPrompt.tsx";
import { StoredOutput } from "./StoredOutput.tsx";

export interface OutputAreaProps {
  readonly cellId: CellId;
  readonly hidden: boolean;
}

const NONE: readonly CellOutput[] = [];

/** The outputs of a code cell: while it runs here those that came so far, else those that the notebook has. */
export function OutputArea({ cellId, hidden }: OutputAreaProps): ReactElement | undefined {
  const activity = useActivity(cellId);
  const { run: shown, outputs } = useStoredOutputs(cellId);
  const stored = useMemo(() => groupPieces(outputs), [outputs]);
  const run = useCellCommand(cellId);
  const going = activity.state !== "idle";
  const live = activity.state === "running" && activity.mine ? activity.outputs : NONE;
  const count = going && live.length > 0 ? live.length : stored.length;
  const { ref, height } = useSteadyHeight(going);
  const waits = activity.state === "running" ? activity.waits : undefined;
  const asks = waits?.on === "input" || waits?.on === "permission" || waits?.on === "copy";
  const question = asks ? waits : undefined;
  if (count === 0 && height === undefined && question === undefined) return undefined;
  if (hidden && question === undefined) {
    return (
      <button type="button" className="folded folded--output" onClick={() => run("cell.toggleOutput")}>
        {count === 1 ? "1 output" : `${count} outputs`} folded – show
      </button>
    );
  }
  return (
    <div ref={ref} className="outputs" style={height === undefined ? undefined : { minHeight: height }}>
      {live.length > 0
        ? joinStreams(live).map((output, index) => <OutputView key={index} cellId={cellId} output={output} />)
        : stored.map((pieces, index) => <StoredOutput key={index} cellId={cellId} run={shown} stored={pieces} />)}
      {question?.on === "input" && <InputPrompt cellId={cellId} question={question} />}
      {question?.on === "permission" && <PermissionPrompt cellId={cellId} question={question} />}
      {question?.on === "copy" && <CopyPrompt cellId={cellId} question={question} />}
    </div>
  );
}

/** Keeps the height that the outputs had when a run began until it ends: a cell run again must not make the page jump. */
function useSteadyHeight(going: boolean): {
  readonly ref: (element: HTMLElement | null) => (() => void) | undefined;
  readonly height: number | undefined;
} {
  const [measured, setMeasured] = useState(0);
  const [held, setHeld] = useState<{ readonly going: boolean; readonly height: number }>({ going: false, height: 0 });
  // Derived while rendering, as React asks: the height of before is needed before the outputs of before are gone.
  if (held.going !== going) setHeld({ going, height: measured });
  const observer = useRef<ResizeObserver>(undefined);
  const ref = useCallback((element: HTMLElement | null) => {
    if (element === null) return undefined;
    const watch = new ResizeObserver(() => setMeasured(element.offsetHeight));
    observer.current = watch;
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  return { ref, height: going && held.height > 0 ? held.height : undefined };
}
