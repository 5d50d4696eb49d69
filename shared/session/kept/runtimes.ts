import type { KeptLanguage } from "../../notebook/kept/keptResult.ts";
import type { Labelled } from "../../ports/agentLabels.ts";

/** Python as this build has it; a test compares it with Pyodide's own word. */
export const OWN_PYTHON = "3.14.2";

/**
 * What executes a language at a place, as far as it can change what comes out. JavaScript is the same everywhere: what
 * its engines do differently has no version that could be compared.
 */
export function runtimeAt(language: KeptLanguage, agent?: Pick<Labelled, "versions">): string {
  return language === "javascript" ? "ecmascript" : `python ${agent?.versions?.["python"] ?? OWN_PYTHON}`;
}
