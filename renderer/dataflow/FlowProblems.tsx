import { CircleAlert } from "lucide-react";
import type { ReactElement } from "react";
import type { CellId } from "#shared/base/ids.ts";
import type { FlowProblem } from "#shared/dataflow/flowView.ts";
import type { Phrase } from "./flowWords.ts";
import { Phrases } from "./Phrases.tsx";
import { useCellFlow } from "./useCellFlow.ts";

/** Why a cell cannot run as it stands among the others. Nothing for most cells. */
export function FlowProblems({ cellId }: { readonly cellId: CellId }): ReactElement | undefined {
  const problems = useCellFlow(cellId)?.problems ?? [];
  if (problems.length === 0) return undefined;
  return (
    <ul className="flow-problems" aria-label="Problems between cells">
      {problems.map((problem, index) => (
        <li key={index}>
          <CircleAlert size={14} aria-hidden />
          <span>
            <Phrases phrases={problemInWords(problem)} />
          </span>
        </li>
      ))}
    </ul>
  );
}

/** Cells that are named; a circle through a hundred is told by its first ones. */
const CELLS_SHOWN = 6;

export function problemInWords(problem: FlowProblem): readonly Phrase[] {
  const cells = listed(problem.cells);
  if (problem.kind === "circle") {
    return ["These cells read from one another in a circle: ", ...cells, ". Put what they share into one cell."];
  }
  return [{ name: problem.name }, " is defined below by ", ...cells, ". Move the one you mean above this cell."];
}

function listed(cells: readonly CellId[]): readonly Phrase[] {
  const shown = cells.slice(0, CELLS_SHOWN);
  const more = cells.length - shown.length;
  const parts: readonly Phrase[] = [...shown.map((cell) => ({ cell })), ...(more > 0 ? [`${more} more`] : [])];
  return parts.flatMap((part, index) => (index === 0 ? [part] : [index === parts.length - 1 ? " and " : ", ", part]));
}
