// What a cell shows when its run was ended from outside.

import { chosenTimeInWords, type Milliseconds } from "../../base/units.ts";
import type { CellId } from "../../base/ids.ts";
import type { NotebookFlow } from "../../dataflow/resolveInputs.ts";
import type { CellOutput } from "../../notebook/output.ts";
import { errorOf } from "./refusalOutput.ts";

/** Names that are told; of the others only how many. */
const NAMES_SHOWN = 8;
/** Characters of a reason that came from a kernel. */
const REASON_LIMIT = 300;

export function timeLimitOutput(limit: Milliseconds): CellOutput {
  return errorOf(
    "TimeLimitError",
    `stopped, because it ran longer than ${chosenTimeInWords(limit)}, its time limit. To give it longer, choose “Time limit” ` +
      "in the menu of this cell, or under “What runs” for the whole notebook.",
  );
}

/** Undefined if nothing was lost. `held`: cells whose values the kernel held; `own`: the one that was stopped. */
export function stateLostOutput(flow: NotebookFlow, held: ReadonlySet<CellId>, own: CellId): CellOutput | undefined {
  const names = [...held].flatMap((cell) => {
    const compiled = flow.get(cell)?.compiled;
    return cell !== own && compiled?.ok === true ? compiled.value.defines : [];
  });
  const lost = [...new Set(names)];
  if (lost.length === 0) return undefined;
  const verb = lost.length === 1 ? "is" : "are";
  return notice(
    `Stopped. Its kernel was ended: ${inWords(lost)} ${verb} made again when a cell needs ${them(lost)}.\n`,
  );
}

/** `reason`: why, as far as it is known. */
export function kernelLostOutput(reason: string): CellOutput {
  const why = reason === "" ? "by itself" : `(${reason.slice(0, REASON_LIMIT)})`;
  return notice(`The kernel stopped ${why} and its values are lost. Run the cell again.\n`);
}

const notice = (text: string): CellOutput => ({ output_type: "stream", name: "stderr", text });
const them = (names: readonly string[]): string => (names.length === 1 ? "it" : "them");

function inWords(names: readonly string[]): string {
  const shown = names.length > NAMES_SHOWN ? names.slice(0, NAMES_SHOWN - 1) : names;
  const others = names.length - shown.length;
  const parts = others > 0 ? [...shown, `${others} others`] : shown;
  return parts.length === 1 ? String(parts[0]) : `${parts.slice(0, -1).join(", ")} and ${String(parts.at(-1))}`;
}
