import { expect, it } from "vitest";
import * as Y from "yjs";
import { CellId } from "#shared/base/ids.ts";
import { FlowReader } from "#shared/dataflow/FlowReader.ts";
import { createNotebook } from "#shared/notebook/createNotebook.ts";
import { readNotebook } from "#shared/notebook/readNotebook.ts";
import { listVariables, pathsOf, VARIABLES_LIMIT } from "../../../../renderer/variables/listVariables.ts";

const notebookOf = (...sources: readonly (readonly [language: string, source: string])[]) => {
  const doc = new Y.Doc();
  const cells = sources.map(([language, source], at) => {
    return { kind: "code", language, source, id: CellId.parse(`c${at}`)! } as const;
  });
  createNotebook(doc, { title: "t", language: "javascript", cells });
  return readNotebook(doc);
};

it("lists each definition with the cells that read it, and asks for it in its own language", () => {
  const notebook = notebookOf(["javascript", "x = 1"], ["python", "y = x\nx = y"], ["typescript", "x as number"]);
  const variables = listVariables(notebook, new FlowReader().read(notebook.cells));
  expect(variables.map(({ name, cell, usedIn, ran }) => [name, cell, usedIn, ran])).toEqual([
    ["x", "c0", ["c1"], "never"],
    ["y", "c1", [], "never"],
    ["x", "c1", ["c2"], "never"],
  ]);
  expect(pathsOf(variables, notebook).map(({ language, names }) => [language, ...names])).toEqual([
    ["javascript", "x"],
    ["python", "y"],
    ["python", "x"],
  ]);
});

it("lists no more than people read", () => {
  const source = Array.from({ length: 400 }, (_, at) => `var v${at}`).join(";");
  const notebook = notebookOf(["javascript", source]);
  expect(listVariables(notebook, new FlowReader().read(notebook.cells))).toHaveLength(VARIABLES_LIMIT);
});
