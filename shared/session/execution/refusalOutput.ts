// What a cell shows when something other than its own code keeps it from giving a result.

import { NotRunError } from "../../base/errors.ts";
import type { Refusal } from "../../execution/planRun.ts";
import type { JobEnd } from "../../jobs/jobMessage.ts";
import type { CellOutput } from "../../notebook/output.ts";

type FailedEnd = Extract<JobEnd, { readonly status: "failed" }>;

export type ErrorOutput = CellOutput & { readonly output_type: "error" };

export function errorOf(ename: string, evalue: string, ...lines: readonly string[]): ErrorOutput {
  return { output_type: "error", ename, evalue, traceback: [`${ename}: ${evalue}`, ...lines] };
}

/** A cell of which its place executed nothing. */
export const notRunOutput = ({ message, advice }: NotRunError): ErrorOutput => ({
  ...errorOf("AgentError", `not run: ${message}. ${advice}`),
  traceback: [],
});

/** What a job that failed before anything of it was executed is to its cell. */
export function notRunError({ code, message }: Pick<FailedEnd, "code" | "message">): NotRunError {
  // No other computer takes it either.
  if (code === "too-large") return new NotRunError(message, "Run the cell here, or shorten these cells.");
  return new NotRunError(message);
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
