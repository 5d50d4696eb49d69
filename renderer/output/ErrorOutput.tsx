import { CornerDownRight } from "lucide-react";
import { useState, type ReactElement } from "react";
import type { CellId } from "#shared/base/ids.ts";
import type { CellOutput } from "#shared/notebook/output.ts";
import { useRun } from "../cell/useCell.ts";
import { Phrases } from "../dataflow/Phrases.tsx";
import type { Phrase } from "../dataflow/flowWords.ts";
import { useNotebook } from "../notebook/services/NotebookContext.tsx";
import { activate } from "../state/notebookUi.ts";
import { TraceText } from "./text/TraceText.tsx";

export interface ErrorOutputProps {
  readonly cellId: CellId;
  readonly error: Extract<CellOutput, { readonly output_type: "error" }>;
}

/** An error: what it says, a way to its line, and its trace folded away. */
export function ErrorOutput({ cellId, error }: ErrorOutputProps): ReactElement {
  const line = useRun(cellId)?.errorAt?.line;
  const { ui, editors, order } = useNotebook();
  const [open, setOpen] = useState(false);
  const goTo = (to: number): void => {
    editors.focus(cellId, { line: to });
    activate(ui, cellId, "edit");
  };
  const { ename, evalue, traceback } = error;
  return (
    <div className="error-output" role="group" aria-label="Error">
      <p>
        <strong>{ename === "" ? "Error" : ename}</strong>
        {evalue !== "" && (
          <span className="error-output__message">
            : <Phrases phrases={cellMentions(evalue, order.get())} />
          </span>
        )}
      </p>
      <p className="error-output__links">
        {line !== undefined && (
          <button type="button" className="link-button" onClick={() => goTo(line)}>
            <CornerDownRight size={12} aria-hidden /> line {line}
          </button>
        )}
        {traceback.length > 0 && (
          <button type="button" className="link-button" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? "Hide trace" : "Show trace"}
          </button>
        )}
      </p>
      {open && (
        <pre className="error-output__trace">
          <TraceText cellId={cellId} lines={traceback} />
        </pre>
      )}
    </div>
  );
}

/** Letters of a message in which cells are looked for: those that name cells are short. */
const MENTIONS_LIMIT = 2_000;

/** A message in which cells of the notebook that it names by id are links. */
function cellMentions(message: string, order: readonly CellId[]): readonly Phrase[] {
  if (message.length > MENTIONS_LIMIT) return [message];
  return message.split(/\bcell ([A-Za-z0-9_-]{1,64})(?![A-Za-z0-9_-])/).map((part, index): Phrase => {
    if (index % 2 === 0) return part;
    const cell = order.find((id) => id === part);
    return cell === undefined ? `cell ${part}` : { cell };
  });
}
