// Loaded when the dataflow is first shown.

import { Play } from "lucide-react";
import { useEffect, type ReactElement } from "react";
import type { CellId } from "#shared/base/ids.ts";
import { isStale, type CellFlow } from "#shared/dataflow/flowView.ts";
import { useServices } from "../app/Services.tsx";
import { useCommand } from "../commands/useCommands.ts";
import { useNotebook } from "../notebook/services/NotebookContext.tsx";
import { CellLink } from "../running/CellLink.tsx";
import { firstLine } from "../running/cellWords.ts";
import { closePanel } from "../state/panels.ts";
import { useReadable } from "../state/useReadable.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { FlowArcs, ROW_HEIGHT } from "./FlowArcs.tsx";
import { problemInWords } from "./FlowProblems.tsx";
import { freshnessInWords, reasonInWords, type Phrase } from "./flowWords.ts";
import { Phrases } from "./Phrases.tsx";
import "./dataflow.css";

/** Which cell reads what from which, and what is out of date. */
export function DataflowDialog(): ReactElement {
  const { dataflow } = useNotebook();
  const { panels } = useServices();
  const all = useReadable(dataflow.all);
  useEffect(() => dataflow.start(), [dataflow]);
  const cells = [...(all?.values() ?? [])];
  return (
    <Dialog title="How cells depend on one another" className="dialog--dataflow" onClose={() => closePanel(panels)}>
      {all === undefined && (
        <p role="status" className="dataflow__wait">
          Reading the cells…
        </p>
      )}
      {all !== undefined && cells.length === 0 && (
        <p className="dataflow__wait">No cell of this notebook can run, so none reads from another.</p>
      )}
      {cells.length > 0 && <Cells cells={cells} />}
    </Dialog>
  );
}

function Cells({ cells }: { readonly cells: readonly CellFlow[] }): ReactElement {
  const run = useCommand();
  const stale = cells.filter(isStale).length;
  return (
    <>
      <div className="dataflow__head">
        <p role="status">{summary(cells.length, stale)}</p>
        {stale > 0 && (
          <Button small icon={Play} onClick={() => run("run.stale")}>
            Run what is out of date
          </Button>
        )}
      </div>
      <div className="dataflow">
        <FlowArcs cells={cells} />
        <ol className="dataflow__cells" aria-label="Cells, in order">
          {cells.map((cell) => (
            <Row key={cell.cell} flow={cell} />
          ))}
        </ol>
      </div>
    </>
  );
}

function summary(cells: number, stale: number): string {
  const all = cells === 1 ? "1 cell" : `${cells} cells`;
  return stale === 0 ? `${all}, none out of date` : `${all}, ${stale} out of date`;
}

function Row({ flow }: { readonly flow: CellFlow }): ReactElement {
  const { session } = useNotebook();
  const { panels } = useServices();
  const close = (): void => closePanel(panels);
  const state = flow.problems.length > 0 ? "bad" : isStale(flow) ? "stale" : flow.freshness;
  return (
    <li className="dataflow__row" style={{ height: ROW_HEIGHT }}>
      <span className="dataflow__line">
        <CellLink cellId={flow.cell} capital onGo={close} />
        {flow.defines.length > 0 ? (
          <span className="dataflow__names">
            <span className="visually-hidden">defines </span>
            {flow.defines.join(", ")}
          </span>
        ) : (
          <code className="dataflow__source">{firstLine(session.doc, flow.cell)}</code>
        )}
        <span className={`dataflow__state dataflow__state--${state}`}>{freshnessInWords(flow)}</span>
      </span>
      <small className="dataflow__more">
        <Phrases phrases={detail(flow)} onGo={close} />
      </small>
    </li>
  );
}

/** The worst thing first; else where it reads from. */
function detail(flow: CellFlow): readonly Phrase[] {
  const [problem] = flow.problems;
  if (problem !== undefined) return problemInWords(problem);
  if (flow.reason !== undefined && flow.reason.kind !== "changed") return reasonInWords(flow.reason);
  const reads = readsInWords(flow);
  if (flow.readers.length === 0) return reads;
  const readers = flow.readers.length === 1 ? "read by 1 cell" : `read by ${flow.readers.length} cells`;
  return reads.length === 0 ? [readers] : [...reads, ` · ${readers}`];
}

function readsInWords({ reads }: CellFlow): readonly Phrase[] {
  const cells = new Map<CellId, string[]>();
  for (const { name, from } of reads) cells.set(from, [...(cells.get(from) ?? []), name]);
  return [...cells].flatMap(([cell, names], index): readonly Phrase[] => [
    index === 0 ? "reads " : ", ",
    { name: names.join(", ") },
    " from ",
    { cell },
  ]);
}
