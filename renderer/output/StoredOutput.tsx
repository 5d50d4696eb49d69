import { FileQuestionMark } from "lucide-react";
import { useMemo, useRef, useState, type ReactElement } from "react";
import type { CellId, ContentHash, RunId } from "#shared/base/ids.ts";
import { bytes, formatBytes, type Bytes } from "#shared/base/units.ts";
import { preferredMime, type CellOutput } from "#shared/notebook/output.ts";
import type { OutputRef } from "#shared/notebook/runRecord.ts";
import { useNear } from "../cell/editor/turns/useNear.ts";
import { useNotebook } from "../notebook/services/NotebookContext.tsx";
import { expectedHeight } from "./height/expectedHeight.ts";
import { useReadable } from "../state/useReadable.ts";
import { OutputView } from "./OutputView.tsx";
import { joinPieces } from "./text/joinPieces.ts";

export interface StoredOutputProps {
  readonly cellId: CellId;
  /** The run that gave it. */
  readonly run: RunId | undefined;
  /** The output; of what was printed, its pieces in order. */
  readonly stored: readonly OutputRef[];
}

/**
 * An output of the document. Inline ones show at once; the body of others is fetched when they come near the screen. One
 * run's output stays in its place while it grows; of another run only text takes the place of what was there.
 */
export function StoredOutput({ cellId, run, stored }: StoredOutputProps): ReactElement {
  const box = useRef<HTMLDivElement>(null);
  const near = useNear(box);
  // Once shown it stays: taking it away again would move what is on the screen.
  const [shown, setShown] = useState<RunId>();
  const wanted = near || (run !== undefined && shown === run) || stored.every(({ inline }) => inline !== undefined);
  if (wanted && shown !== run) setShown(run);
  return (
    <div ref={box} className="stored-output">
      {wanted ? <Body cellId={cellId} run={run} stored={stored} /> : <Waiting stored={stored} />}
    </div>
  );
}

interface Shown {
  readonly run: RunId | undefined;
  readonly output: CellOutput;
  readonly hash?: ContentHash;
}

function Body({ cellId, run, stored }: StoredOutputProps): ReactElement {
  const { bodies } = useNotebook();
  const body = useReadable(useMemo(() => joinPieces(stored.map((ref) => bodies.body(ref))), [bodies, stored]));
  const hash = stored.length === 1 ? stored[0]?.hash : undefined;
  // Derived while rendering, as React asks: what grows stays on the screen until more of it is here.
  const [before, setBefore] = useState<Shown>();
  const shown = body.state === "ready" ? { run, output: body.output, ...(hash && { hash }) } : before;
  if (body.state === "ready" && (before?.output !== body.output || before.run !== run)) setBefore(shown);
  switch (body.state) {
    case "ready":
    case "loading": {
      if (shown === undefined || shown.run !== run) return <Waiting stored={stored} />;
      const { output } = shown;
      // Of text only the letters are drawn anew; whatever else another run gave starts afresh.
      const key = isText(output) ? "text" : run;
      return <OutputView key={key} cellId={cellId} output={output} {...(shown.hash && { hash: shown.hash })} />;
    }
    case "missing":
      return (
        <div className="notice">
          <FileQuestionMark size={16} aria-hidden />
          <p>
            Not available: this output ({stored[0]?.mime || "unknown kind"}, {formatBytes(sizeOf(stored))}) is not on
            this computer, and nobody here now has it.
          </p>
          <button type="button" className="link-button" onClick={() => stored.forEach((ref) => bodies.retry(ref.hash))}>
            Try again
          </button>
        </div>
      );
  }
}

function isText(output: CellOutput): boolean {
  if (output.output_type === "stream") return true;
  return output.output_type !== "error" && preferredMime(output.data) === "text/plain";
}

/** Stands where an output will, of about its size. */
function Waiting({ stored }: Pick<StoredOutputProps, "stored">): ReactElement {
  const height = expectedHeight({ mime: stored[0]?.mime ?? "", size: sizeOf(stored) });
  return <div className="skeleton" style={{ height }} role="img" aria-label="Loading output" />;
}

const sizeOf = (stored: readonly OutputRef[]): Bytes => bytes(stored.reduce((sum, { size }) => sum + size, 0));
