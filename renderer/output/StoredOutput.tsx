import { FileQuestionMark } from "lucide-react";
import { useMemo, useRef, useState, type ReactElement } from "react";
import type { CellId, ContentHash } from "#shared/base/ids.ts";
import { formatBytes } from "#shared/base/units.ts";
import type { CellOutput } from "#shared/notebook/output.ts";
import type { OutputRef } from "#shared/notebook/runRecord.ts";
import { useNear } from "../cell/editor/turns/useNear.ts";
import { useNotebook } from "../notebook/services/NotebookContext.tsx";
import { expectedHeight } from "./height/expectedHeight.ts";
import { useReadable } from "../state/useReadable.ts";
import { OutputView } from "./OutputView.tsx";

export interface StoredOutputProps {
  readonly cellId: CellId;
  readonly stored: OutputRef;
}

/** An output of the document. Inline ones show at once; the body of others is fetched when they come near the screen. */
export function StoredOutput({ cellId, stored }: StoredOutputProps): ReactElement {
  const box = useRef<HTMLDivElement>(null);
  const near = useNear(box);
  // Once shown it stays: taking it away again would move what is on the screen.
  const [wanted, setWanted] = useState(stored.inline !== undefined);
  if (near && !wanted) setWanted(true);
  return (
    <div ref={box} className="stored-output">
      {wanted ? <Body cellId={cellId} stored={stored} /> : <Waiting stored={stored} />}
    </div>
  );
}

function Body({ cellId, stored }: StoredOutputProps): ReactElement {
  const { bodies } = useNotebook();
  const body = useReadable(useMemo(() => bodies.body(stored), [bodies, stored]));
  // Derived while rendering, as React asks: what grows stays on the screen until more of it is here.
  const [before, setBefore] = useState<{ readonly output: CellOutput; readonly hash: ContentHash }>();
  if (body.state === "ready" && before?.output !== body.output) setBefore({ output: body.output, hash: stored.hash });
  switch (body.state) {
    case "ready":
      return <OutputView cellId={cellId} output={body.output} hash={stored.hash} />;
    case "loading":
      return before === undefined ? <Waiting stored={stored} /> : <OutputView cellId={cellId} {...before} />;
    case "missing":
      return (
        <div className="notice">
          <FileQuestionMark size={16} aria-hidden />
          <p>
            Not available: this output ({stored.mime === "" ? "unknown kind" : stored.mime}, {formatBytes(stored.size)})
            is not on this computer, and nobody here now has it.
          </p>
          <button type="button" className="link-button" onClick={() => bodies.retry(stored.hash)}>
            Try again
          </button>
        </div>
      );
  }
}

/** Stands where an output will, of about its size. */
function Waiting({ stored }: { readonly stored: OutputRef }): ReactElement {
  return <div className="skeleton" style={{ height: expectedHeight(stored) }} role="img" aria-label="Loading output" />;
}
