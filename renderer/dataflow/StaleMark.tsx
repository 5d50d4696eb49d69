import { History } from "lucide-react";
import { useMemo, type ReactElement } from "react";
import type * as Y from "yjs";
import type { CellId } from "#shared/base/ids.ts";
import { useNotebook } from "../notebook/services/NotebookContext.tsx";
import { freshnessReadable } from "../cell/run/runReadable.ts";
import { useReadable } from "../state/useReadable.ts";
import { reasonInWords, type Phrase } from "./flowWords.ts";
import { Phrases } from "./Phrases.tsx";
import { useCellFlow } from "./useCellFlow.ts";

export interface StaleMarkProps {
  readonly cellId: CellId;
  readonly text: Y.Text;
}

/** Says that what a cell shows is out of date, and why; nothing where it is not. */
export function StaleMark({ cellId, text }: StaleMarkProps): ReactElement | undefined {
  const phrases = useStaleWords(cellId, text);
  if (phrases === undefined) return undefined;
  return (
    <span className="caption__stale">
      <History size={12} aria-hidden />
      <span>
        <Phrases phrases={phrases} />
      </span>
    </span>
  );
}

/** Until the dataflow is known, what can be told without it; a change of the text is seen at once in any case. */
function useStaleWords(cellId: CellId, text: Y.Text): readonly Phrase[] | undefined {
  const { session } = useNotebook();
  const flow = useCellFlow(cellId);
  const simple = useReadable(useMemo(() => freshnessReadable(session.doc, cellId, text), [session, cellId, text]));
  if (simple === "source-changed") return ["Changed since"];
  if (flow !== undefined) return flow.reason && flow.reason.kind !== "changed" ? reasonInWords(flow.reason) : undefined;
  return simple === "input-changed" ? ["Inputs changed since"] : undefined;
}
