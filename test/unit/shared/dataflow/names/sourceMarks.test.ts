import { describe, expect, it } from "vitest";
import { CellId } from "#shared/base/ids.ts";
import { FlowReader } from "#shared/dataflow/FlowReader.ts";
import { sourceMarks } from "#shared/dataflow/names/sourceMarks.ts";
import { readersOf, visibleNames } from "#shared/dataflow/names/visibleNames.ts";
import type { Cell } from "#shared/notebook/cell.ts";

const id = (text: string): CellId => CellId.parse(text)!;
const cellsOf = (language: string, sources: Readonly<Record<string, string>>): readonly Cell[] =>
  Object.entries(sources).map(([name, source]) => {
    return { id: id(name), kind: "code", language, source, deleted: undefined, metadata: {} };
  });

/** Marked texts and what is said of them, in the last of the cells. */
function marks(language: string, sources: Readonly<Record<string, string>>, known: readonly string[] = []): unknown {
  const cells = cellsOf(language, sources);
  const cell = cells.at(-1)!;
  const tools = { known: new Set(known), cellName: (one: CellId) => `cell ${one}` };
  const found = sourceMarks(cell, new FlowReader().read(cells), tools);
  return found.map(({ from, to, message }) => [cell.source.slice(from, to), message]);
}

describe("sourceMarks", () => {
  it("marks every place of a name that nothing defines, and no other", () => {
    expect(marks("javascript", { a: "const x = 1", b: "x + y + Math.PI; y" })).toEqual([
      ["y", "No cell defines “y”."],
      ["y", "No cell defines “y”."],
    ]);
    expect(marks("python", { a: "x = 1", b: "print(x, y)\nfor i in range(3): i" })).toEqual([
      ["y", "No cell defines “y”."],
    ]);
    expect(marks("typescript", { a: "const n: number = m as number" })).toEqual([["m", "No cell defines “m”."]]);
  });

  it("says which cells below define a name that none above defines", () => {
    const cells = cellsOf("javascript", { a: "x", b: "x = 1", c: "x = 2" });
    const tools = { known: new Set<string>(), cellName: (one: CellId) => `cell ${one}` };
    const [mark] = sourceMarks(cells[0]!, new FlowReader().read(cells), tools);
    expect(mark?.message).toBe(
      "“x” is defined in cell b and cell c below, and in none above: it is not clear which is meant.",
    );
  });

  it("leaves alone what a cell defined that somebody types in", () => {
    expect(marks("javascript", { a: "const x = ", b: "x" }, ["x"])).toEqual([]);
  });

  it("marks the place where a cell is no program", () => {
    expect(marks("javascript", { a: "let a = 1;\nlet a = 2" })).toEqual([
      ["a", "Identifier 'a' has already been declared"],
    ]);
    expect(marks("javascript", { a: "f(1, " })).toMatchObject([[",", expect.stringContaining("ends too early")]]);
    expect(marks("python", { a: "def f(:\n  pass" })).toEqual([[":", "This is no Python."]]);
    expect(marks("python", { a: "x = [1, 2" })).toMatchObject([["2", expect.stringContaining("ends too early")]]);
  });

  it.each([
    "with (open(a) as f, open(b) as g):\n  pass",
    "def g():\n  yield",
    "match x:\n  case str(): 1",
    "t'{x}'",
    "24. * 2",
    "@(a or b)\ndef f(): pass",
    "def f[T = int](x): pass",
  ])("does not call Python a mistake that the grammar does not know: %s", (source) => {
    expect(marks("python", { z: "a = b = x = open = 1", a: source })).toEqual([]);
  });
});

describe("visibleNames", () => {
  it("gives the nearest definition above, else the only one below", () => {
    const flow = new FlowReader().read(
      cellsOf("javascript", { a: "x = 1", b: "x = 2", c: "x", d: "y = 1", e: "z = 1", f: "z = 2" }),
    );
    expect([...visibleNames(flow, id("c"))]).toEqual([
      ["x", id("b")],
      ["y", id("d")],
    ]);
    expect(readersOf(flow, id("b"), "x")).toEqual([id("c")]);
    expect(readersOf(flow, id("a"), "x")).toEqual([]);
  });
});
