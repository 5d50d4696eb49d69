import type { CellId } from "#shared/base/ids.ts";
import type { ValuePath } from "#shared/ports/Kernel.ts";
import { readersOf } from "#shared/dataflow/names/visibleNames.ts";
import { sourceLanguage } from "#shared/dataflow/sourceLanguage.ts";
import type { NotebookFlow } from "#shared/dataflow/resolveInputs.ts";
import type { Notebook } from "#shared/notebook/readNotebook.ts";
import type { ValueState } from "#shared/session/inspection/NotebookValues.ts";

/** Variables listed: more are no list for people. */
export const VARIABLES_LIMIT = 300;

/** A variable of the notebook: a name, by the cell that defines it. */
export interface Variable {
  readonly name: string;
  readonly cell: CellId;
  readonly usedIn: readonly CellId[];
  /** Where its cell ran last. */
  readonly ran: "here" | "agent" | "never";
  readonly value: ValueState;
}

/** In the order of their cells, with nothing known of their values yet. */
export function listVariables({ runs }: Notebook, flow: NotebookFlow): readonly Variable[] {
  const variables = [...flow.values()].flatMap(({ id, compiled }): readonly Variable[] => {
    if (!compiled.ok) return [];
    const run = runs.get(id);
    const ran = run === undefined || run.status === "imported" ? "never" : run.where.at === "here" ? "here" : "agent";
    return compiled.value.defines.map((name) => {
      return { name, cell: id, usedIn: readersOf(flow, id, name), ran, value: { state: "away" } };
    });
  });
  return variables.slice(0, VARIABLES_LIMIT);
}

/** How to ask a kernel for them. */
export function pathsOf(variables: readonly Variable[], { cells }: Notebook): readonly ValuePath[] {
  const languages = new Map(cells.map(({ id, language }) => [id, sourceLanguage(language)]));
  return variables.map(({ name, cell }) => {
    const written = languages.get(cell);
    const language = written === "python" || written === "sql" ? written : "javascript";
    return { cell, language, names: [name] };
  });
}
