// What is told of a name that was not defined when a cell came to it.

import type { CellId } from "../../base/ids.ts";
import type { FlowCell, NotebookFlow } from "../../dataflow/resolveInputs.ts";
import type { CellOutput } from "../../notebook/output.ts";

const UNDEFINED: ReadonlySet<string> = new Set(["ReferenceError", "NameError"]);

/** The output of a kernel, with what the dataflow knows of a name that was not defined. Cells are named by id: they become links. */
export function withHint(output: CellOutput, cell: FlowCell | undefined, flow: NotebookFlow): CellOutput {
  if (output.output_type !== "error" || !UNDEFINED.has(output.ename)) return output;
  // As JavaScript says it, and as Python does.
  const [said, inJavaScript, inPython] = /^(?:(\S+)|name '(\S+)') is not defined/.exec(output.evalue) ?? [];
  const name = inJavaScript ?? inPython;
  const hint = name === undefined ? undefined : hintFor(name, cell, flow);
  if (hint === undefined || said === undefined) return output;
  return { ...output, evalue: `${said}: ${hint}`, traceback: [...output.traceback, "", hint] };
}

function hintFor(name: string, cell: FlowCell | undefined, flow: NotebookFlow): string | undefined {
  const definer = cell?.inputs.get(name);
  if (definer !== undefined) return `cell ${definer} defines ${name}, but stopped before it came to it.`;
  const candidates = cell?.unresolved.get(name) ?? [];
  if (candidates.length >= 2) {
    const cells = candidates.map((candidate: CellId) => `cell ${candidate}`).join(" and ");
    return `${name} is defined below by ${cells}: move the one you mean above this cell.`;
  }
  const broken = brokenDefiner(name, cell?.id, flow);
  return broken && `cell ${broken} seems to define ${name}, but has a mistake and cannot run: mend it first.`;
}

/** A cell that cannot be read, whose text looks as if it gave the name a value: the nearest one above, else the first. */
function brokenDefiner(name: string, reader: CellId | undefined, flow: NotebookFlow): CellId | undefined {
  let [found, above]: [CellId | undefined, boolean] = [undefined, true];
  for (const { id, compiled, source } of flow.values()) {
    if (id === reader) above = false;
    else if (!compiled.ok && (above || found === undefined) && seemsToDefine(source, name)) found = id;
  }
  return found;
}

/** After a word that declares, in a pattern that is taken apart, or before `=`. Only a hint hangs on it. */
function seemsToDefine(source: string, name: string): boolean {
  const exact = `(?<![\\w$.])${name.replaceAll("$", "\\$&")}(?![\\w$])`;
  const declared = `\\b(?:const|let|var|function\\*?|class|enum|def|import|as)\\s+${exact}`;
  const inPattern = `\\b(?:const|let|var|import)\\s*[{[][^=;]*${exact}`;
  // Behind a colon, or the word `type`, it is the name of a type.
  const assigned = `(?<!\\btype\\s+|:\\s*)${exact}\\s*=(?![=>])`;
  return /^[\w$\u0080-\uffff]+$/.test(name) && new RegExp(`${declared}|${inPattern}|${assigned}`).test(source);
}
