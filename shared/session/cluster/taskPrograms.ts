// The programs by which kernels on other computers work on tasks.

import { CellId } from "../../base/ids.ts";
import { SHARE_HOOK, TASK_HOOK } from "../../contracts/kernel/clusterCalls.ts";
import type { NotebookFlow } from "../../dataflow/resolveInputs.ts";
import type { CellProgram } from "../../ports/Kernel.ts";
import type { ClusterShare, ClusterTask } from "../../ports/ClusterTask.ts";

/** Characters of a piece of a shared value: escaped it must fit an offer (192 KiB). */
const PIECE = 48 * 1_024;

/** A task's functions stand where the cell stands: they read the same variables of other cells. */
export function taskProgram(task: ClusterTask, flow: NotebookFlow, cell: CellId): CellProgram {
  const { language, scope } = task;
  const given = [...(flow.get(cell)?.inputs ?? [])].filter(([name]) => !scope.names.includes(name));
  const inputs = Object.fromEntries(given);
  if (language !== "python") return { cell, language, code: javascriptCode(task), inputs, defines: [] };
  const compiled = flow.get(cell)?.compiled;
  const imports = compiled?.ok === true ? compiled.value.imports : undefined;
  // What its cell imports the functions need, too, and tables are made by it.
  return { cell, language, code: pythonCode(task), inputs, defines: [], ...(imports && { imports }) };
}

function javascriptCode({ map, reduce, scope, argument }: ClusterTask): string {
  const functions = [map, reduce].map((source) => (source === undefined ? "undefined" : `(${source}\n)`));
  return `"use strict";${scope.code}\nreturn(${TASK_HOOK}(${functions.join(",")},${JSON.stringify(argument)}))`;
}

/** In Python a text of JSON, without characters beyond ASCII, is a text. */
function pythonCode({ map, reduce, scope, argument }: ClusterTask): string {
  const functions = [map, reduce].map((source) => source ?? "None");
  return `${scope.code}\nawait ${TASK_HOOK}(${functions.join(", ")}, ${asciiText(argument)})`;
}

/** Programs that leave a shared value in a kernel, piece by piece. */
export function shareProgram({ language, id, text }: ClusterShare): readonly CellProgram[] {
  const count = Math.max(1, Math.ceil(text.length / PIECE));
  return Array.from({ length: count }, (_, piece) => {
    const part = text.slice(piece * PIECE, (piece + 1) * PIECE);
    const call = `${SHARE_HOOK}(${JSON.stringify(id)},${piece},${count},${asciiText(part)})`;
    return { cell: CellId.create(), language, code: `${call};`, inputs: {}, defines: [] };
  });
}

/** A text as it is written in JavaScript and Python alike. Halves of a pair, which a cut may leave, stay halves. */
export const asciiText = (text: string): string =>
  JSON.stringify(text).replace(/[\u007f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
