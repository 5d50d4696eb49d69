// Programs that nobody wrote: they show, as text, what cells left in a kernel.

import { NotRunError } from "../../base/errors.ts";
import { RunId, type CellId } from "../../base/ids.ts";
import { KEEP_HOOK, KEPT_MIME, PYTHON_KEEP } from "../../contracts/kernel/keptValues.ts";
import { KEPT_LIMIT, parseKeptValues, type KeptValues } from "../../notebook/gathered/kept.ts";
import { NOTHING_KEPT } from "../../notebook/gathered/gathered.ts";
import type { CellOutput } from "../../notebook/output.ts";
import type { CellLanguage, CellProgram, Kernel, KernelEnd, KernelRequest } from "../../ports/Kernel.ts";

/** The cell as which they are executed: no cell of a notebook, which has random ids. */
// reason: the text is one that CellId.parse takes.
const ASKING = "kept-values" as CellId;

/** How many cells of a notebook a kernel holds the values of. */
export function cellsHeld(kernel: Pick<Kernel, "holds">): number {
  const held = kernel.holds();
  return held.size - (held.has(ASKING) ? 1 : 0);
}

/** A program that shows the values of these names of a cell. In Python they stay Python's own. */
export function keepingProgram(cell: CellId, names: readonly string[], language: CellLanguage): CellProgram {
  const asked = [cell, names].map((part) => JSON.stringify(part)).join(",");
  const nothing = { inputs: {}, defines: [] };
  return language === "python"
    ? { cell: ASKING, language, code: `${PYTHON_KEEP}(${asked},${KEPT_LIMIT})`, ...nothing }
    : { cell: ASKING, language: "javascript", code: `"use strict";return(${KEEP_HOOK}(${asked}))`, ...nothing };
}

/** What a program of `keepingProgram` has shown; undefined if that is no such thing. */
export function valuesShown(outputs: readonly CellOutput[]): KeptValues | undefined {
  return outputs.flatMap((output) =>
    output.output_type === "execute_result" ? (parseKeptValues(output.data[KEPT_MIME]) ?? []) : [],
  )[0];
}

/** Executes what nobody asked for, and gives what it showed. */
export type Execute = (
  request: Pick<KernelRequest, "run" | "program" | "before" | "limit">,
  onOutput: (output: CellOutput) => void,
) => Promise<KernelEnd>;

/** What cells left in a kernel, after executing `before`; undefined if that failed. */
export async function askValues(
  execute: Execute,
  program: CellProgram,
  before: readonly CellProgram[],
): Promise<KeptValues | undefined> {
  const shown: CellOutput[] = [];
  const asked = execute({ run: RunId.create(), program, before }, (output) => shown.push(output));
  // What was not asked says nothing of the cell that is asked about.
  const end = await asked.catch((error: unknown) => {
    if (error instanceof NotRunError) return undefined;
    throw error;
  });
  return end?.status === "ok" ? valuesShown(shown) : undefined;
}

/** The values that a cell left in a kernel that has just executed it, as JavaScript has them. */
export async function keptBy(kernel: Kernel, program: CellProgram, signal: AbortSignal): Promise<KeptValues> {
  const { cell, defines } = program;
  if (defines.length === 0) return NOTHING_KEPT;
  const asking = keepingProgram(cell, defines, "javascript");
  const found = await askValues((request, onOutput) => kernel.execute(request, onOutput, signal), asking, []);
  if (found !== undefined) return found;
  const reason = "its version of Meshbook does not give values away";
  return { values: {}, reasons: Object.fromEntries(defines.map((name) => [name, reason])) };
}
