import { FileQuestionMark } from "lucide-react";
import { useMemo, useRef, useState, type ReactElement } from "react";
import type { CellId, ContentHash } from "#shared/base/ids.ts";
import { bytes, formatBytes, type Bytes } from "#shared/base/units.ts";
import type { CellOutput } from "#shared/notebook/output.ts";
import type { OutputRef } from "#shared/notebook/runRecord.ts";
import { useNear } from "../cell/editor/turns/useNear.ts";
import { useNotebook } from "../notebook/services/NotebookContext.tsx";
import { expectedHeight } from "./height/expectedHeight.ts";
import { useReadable } from "../state/useReadable.ts";
import { OutputView } from "./OutputView.tsx";
import { joinPieces } from "./text/joinPieces.ts";

export interface StoredOutputProps {
  readonly cellId: CellId;
  /** The output; of what was printed, its pieces in order. */
  readonly stored: readonly OutputRef[];
}

/** An output of the document. Inline ones show at once; the body of others is fetched when they come near the screen. */
export function StoredOutput({ cellId, stored }: StoredOutputProps): ReactElement {
  const box = useRef<HTMLDivElement>(null);
  const near = useNear(box);
  // Once shown it stays: taking it away again would move what is on the screen.
  const [wanted, setWanted] = useState(stored.every(({ inline }) => inline !== undefined));
  if (near && !wanted) setWanted(true);
  return (
    <div ref={box} className="stored-output">
      {wanted ? <Body cellId={cellId} stored={stored} /> : <Waiting stored={stored} />}
    </div>
  );
}

function Body({ cellId, stored }: StoredOutputProps): ReactElement {
  const { bodies } = useNotebook();
  const body = useReadable(useMemo(() => joinPieces(stored.map((ref) => bodies.body(ref))), [bodies, stored]));
  const hash = stored.length === 1 ? stored[0]?.hash : undefined;
  // Derived while rendering, as React asks: what grows stays on the screen until more of it is here.
  const [before, setBefore] = useState<{ readonly output: CellOutput; readonly hash?: ContentHash }>();
  if (body.state === "ready" && before?.output !== body.output) {
    setBefore({ output: body.output, ...(hash && { hash }) });
  }
  switch (body.state) {
    case "ready":
      return <OutputView cellId={cellId} output={body.output} {...(hash && { hash })} />;
    case "loading":
      return before === undefined ? <Waiting stored={stored} /> : <OutputView cellId={cellId} {...before} />;
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

/** Stands where an output will, of about its size. */
function Waiting({ stored }: Pick<StoredOutputProps, "stored">): ReactElement {
  const height = expectedHeight({ mime: stored[0]?.mime ?? "", size: sizeOf(stored) });
  return <div className="skeleton" style={{ height }} role="img" aria-label="Loading output" />;
}

const sizeOf = (stored: readonly OutputRef[]): Bytes => bytes(stored.reduce((sum, { size }) => sum + size, 0));
