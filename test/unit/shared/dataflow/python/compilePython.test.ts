import { describe, expect, it } from "vitest";
import { CellId } from "#shared/base/ids.ts";
import { cycles } from "#shared/dataflow/flowGraph.ts";
import { FlowReader } from "#shared/dataflow/FlowReader.ts";
import { compilePython } from "#shared/dataflow/python/compilePython.ts";
import type { NotebookFlow } from "#shared/dataflow/resolveInputs.ts";
import type { Cell } from "#shared/notebook/cell.ts";
import { PYTHON_CASES } from "../../../../support/pythonCases.ts";
import { SLACK } from "../../../../support/slack.ts";

const words = (text: string | undefined): string[] =>
  (text ?? "")
    .split(" ")
    .filter((name) => name !== "")
    .sort();

describe("names of a cell in Python", () => {
  it.each(PYTHON_CASES)("%j", (source = "", defines, inputs, fallbacks) => {
    const compiled = compilePython(source);
    if (!compiled.ok) throw new Error(compiled.error.message);
    const { value } = compiled;
    expect({
      defines: [...value.defines].sort(),
      inputs: [...value.inputs].sort(),
      fallbacks: [...value.fallbacks].sort(),
    }).toEqual({ defines: words(defines), inputs: words(inputs), fallbacks: words(fallbacks) });
  });

  it("refuses to import what it cannot see", () => {
    expect(compilePython("x = 1\nif x:\n  from math import *")).toEqual({
      ok: false,
      error: { line: 3, column: 3, message: expect.stringContaining("import those you need") as string },
    });
  });

  it.each(["x = (1 +", "def f(:\n  y", "if x\n  z = 1", "print x", "t'{x}'", "\t\t)", "x = = 1"])(
    "reads what it can of a cell with mistakes, and leaves them to Python: %j",
    (source) => expect(compilePython(source)).toMatchObject({ ok: true, value: { code: source } }),
  );
});

const cell = (id: string, language: string, source: string): Cell =>
  ({ id: CellId.parse(id)!, kind: "code", language, source }) as unknown as Cell;

const bindings = (flow: NotebookFlow): Record<string, Record<string, string>> =>
  Object.fromEntries([...flow].map(([id, { inputs }]) => [id, Object.fromEntries(inputs)]));

describe("cells of two languages", () => {
  it("read from one another by the same rules", () => {
    const flow = new FlowReader().read([
      cell("a", "python", "x = 1"),
      cell("b", "javascript", "const y = x + 1"),
      cell("c", "python", "x = y * 2"),
      cell("d", "js", "x"),
      cell("e", "r", "select x"),
    ]);
    expect(bindings(flow)).toEqual({ a: {}, b: { x: "a" }, c: { y: "b" }, d: { x: "c" } });
  });

  it("may need one another in a circle, which is found", () => {
    const flow = new FlowReader().read([cell("a", "python", "x = y"), cell("b", "javascript", "const y = x")]);
    expect([...cycles(flow).keys()]).toEqual(["a", "b"]);
  });

  it("tells the same source in two languages apart", () => {
    const flow = new FlowReader().read([cell("a", "python", "null"), cell("b", "javascript", "null")]);
    expect([...flow.values()].map(({ compiled }) => compiled.ok && compiled.value.inputs)).toEqual([["null"], []]);
  });

  it("that may define a name themselves read it from above, and do not need one another", () => {
    const source = "for r in rows: last = r\nlast";
    const flow = new FlowReader().read([cell("a", "python", source), cell("b", "python", source)]);
    expect(bindings(flow)).toEqual({ a: {}, b: { last: "a" } });
    expect(cycles(flow).size).toBe(0);
  });
});

describe("reading a notebook in Python", () => {
  const source = (at: number): string => `
def step_${at}(values, factor=${at}):
    total = 0
    for value in values:
        total += value * factor
    return [total, *values]

result_${at} = step_${at}(result_${Math.max(0, at - 1)})
print(f"{result_${at}!r}", sum(x for x in result_${at} if x > 0))`;
  const cells = Array.from({ length: 1_000 }, (_, at) => cell(`c${at}`, "python", source(at)));

  it("takes a moment for a thousand cells, and none for one that is edited", () => {
    const time = (work: () => void): number => {
      const start = performance.now();
      work();
      return performance.now() - start;
    };
    // Warm: the engine has compiled the parser.
    new FlowReader().read(cells);
    expect(time(() => cells.forEach((one) => void compilePython(one.source)))).toBeLessThan(400 * SLACK);
    const one = Math.min(...cells.slice(0, 20).map((edited) => time(() => void compilePython(`${edited.source}\nx`))));
    expect(one).toBeLessThan(2 * SLACK);
  });
});

it.each<[source: string, imports: readonly string[] | undefined]>([
  ["import numpy", ["numpy"]],
  ["import numpy as np, scipy.stats as st, os", ["numpy", "scipy", "os"]],
  ["from sklearn.svm import SVC", ["sklearn"]],
  ["def f():\n  import pandas\n  from numpy import array as a", ["pandas", "numpy"]],
  ["from . import x\nfrom .y import z", undefined],
  ["x = 'import numpy'", undefined],
])("%j imports", (source, imports) => {
  const compiled = compilePython(source);
  expect(compiled.ok && compiled.value.imports).toEqual(imports);
});
