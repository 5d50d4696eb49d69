// What a cell shows when something other than its own code keeps it from giving a result.

import type { CellId } from "../../base/ids.ts";
import type { FlowCell } from "../../dataflow/resolveInputs.ts";
import type { Refusal } from "../../execution/planRun.ts";
import type { CellOutput } from "../../notebook/output.ts";

export type ErrorOutput = CellOutput & { readonly output_type: "error" };

export function errorOf(ename: string, evalue: string, ...lines: readonly string[]): ErrorOutput {
  return { output_type: "error", ename, evalue, traceback: [`${ename}: ${evalue}`, ...lines] };
}

/** A cell that cannot be executed at all; a mistake of syntax with its line and a caret. */
export function refusalOutput(refusal: Refusal, source: string): ErrorOutput {
  if (refusal.reason === "cycle") {
    const cells = refusal.cells.map((cell) => `cell ${cell}`).join(", ");
    return errorOf("CircularError", `these cells need one another: ${cells}. Put what they share into one cell.`);
  }
  if (refusal.reason === "language") {
    const language = refusal.language === "" ? "no language" : refusal.language;
    return errorOf(
      "LanguageError",
      `a cell in ${language} cannot run yet. Choose another language in the cell's menu.`,
    );
  }
  if (refusal.reason === "not-sent") return errorOf("NotSent", refusal.message);
  if (refusal.reason === "not-loaded") {
    const advice = "Connect to where this page came from, and run the cell again.";
    return errorOf("LoadError", `what runs cells could not be loaded (${refusal.message}). ${advice}`);
  }
  const { line, column, message } = refusal.error;
  const text = source.split(/\r\n|[\n\r\u2028\u2029]/)[line - 1] ?? "";
  const gutter = `${line} | `;
  const caret = `${" ".repeat(gutter.length + column - 1)}^`;
  return errorOf("SyntaxError", message, `    at cell line ${line}:${column}`, "", gutter + text, caret);
}

const UNDEFINED: ReadonlySet<string> = new Set(["ReferenceError", "NameError"]);

/** The output of a kernel, with what the dataflow knows of a name that was not defined. */
export function withHint(output: CellOutput, cell: FlowCell | undefined): CellOutput {
  if (output.output_type !== "error" || !UNDEFINED.has(output.ename)) return output;
  // As JavaScript says it, and as Python does.
  const [, inJavaScript, inPython] = /^(?:(\S+)|name '(\S+)') is not defined/.exec(output.evalue) ?? [];
  const name = inJavaScript ?? inPython;
  const hint = name === undefined ? undefined : hintFor(name, cell);
  return hint === undefined ? output : { ...output, traceback: [...output.traceback, "", hint] };
}

function hintFor(name: string, cell: FlowCell | undefined): string | undefined {
  const definer = cell?.inputs.get(name);
  if (definer !== undefined) return `cell ${definer} defines ${name}, but stopped before it came to it.`;
  const candidates = cell?.unresolved.get(name) ?? [];
  if (candidates.length < 2) return undefined;
  const cells = candidates.map((candidate: CellId) => `cell ${candidate}`).join(" and ");
  return `${name} is defined below by ${cells}: move the one you mean above this cell.`;
}
