import { describe, expect, it } from "vitest";
import { CellId } from "#shared/base/ids.ts";
import { planRename } from "#shared/dataflow/rename/planRename.ts";
import type { Cell } from "#shared/notebook/cell.ts";

const id = (text: string): CellId => CellId.parse(text)!;

/** Cells a, b, c … : in Python if the source starts with `py:`, else JavaScript. */
function cellsOf(...sources: readonly string[]): readonly Cell[] {
  return sources.map((text, index) => {
    const [, prefix, source] = /^(?:(\w+): ?)?([^]*)$/.exec(text)!;
    const language = prefix === "py" ? "python" : (prefix ?? "javascript");
    const cell = id(String.fromCharCode(97 + index));
    return { id: cell, kind: "code", language, source: source!, deleted: undefined, metadata: {} };
  });
}

function rename(cells: readonly Cell[], cell: string, name: string, to: string): Record<string, string> | string {
  const plan = planRename(cells, { cell: id(cell), name, to });
  if (plan.ok) return Object.fromEntries(plan.value.map(({ cell: changed, after }) => [changed, after]));
  return plan.error.reason + ("cell" in plan.error ? ` ${plan.error.cell}` : "");
}

describe("planRename", () => {
  it("changes the definition and all its readers, wherever it is asked for", () => {
    const cells = cellsOf("const x = 1", "const y = x + 1", "y + x", "1");
    const wanted = { a: "const total = 1", b: "const y = total + 1", c: "y + total" };
    for (const from of ["a", "b", "c"]) expect(rename(cells, from, "x", "total")).toEqual(wanted);
  });

  it("leaves another definition of the same name, and its readers, alone", () => {
    const cells = cellsOf("df = 1", "df * 2", "df = 3", "df * 4");
    expect(rename(cells, "b", "df", "first")).toEqual({ a: "first = 1", b: "first * 2" });
    expect(rename(cells, "d", "df", "second")).toEqual({ c: "second = 3", d: "second * 4" });
  });

  it("goes through cells that read the name and define it anew", () => {
    const cells = cellsOf("x = 1", "x = x + 1", "x");
    expect(rename(cells, "c", "x", "n")).toEqual({ a: "n = 1", b: "n = n + 1", c: "n" });
  });

  it("goes from language to language", () => {
    const cells = cellsOf("py: x = [1]", "x.length", "typescript: const n: number = x[0]", "py: print(x, f(x=1))");
    expect(rename(cells, "b", "x", "list_")).toEqual({
      a: "list_ = [1]",
      b: "list_.length",
      c: "const n: number = list_[0]",
      d: "print(list_, f(x=1))",
    });
  });

  it("goes through cells in SQL, however they write the name, and through cells of text", () => {
    const cells = cellsOf(
      "const orders = []",
      "sql: -- name: paid\nSELECT Orders.id, ${orders.length} FROM Orders WHERE ORDERS.paid",
      'sql: SELECT count(*) FROM "orders" o JOIN paid USING (id)',
      "html: <b>${orders.length} orders, ${paid.length} paid</b>",
    );
    expect(rename(cells, "c", "orders", "sales")).toEqual({
      a: "const sales = []",
      b: "sql: -- name: paid\nSELECT sales.id, ${sales.length} FROM sales WHERE sales.paid".slice(5),
      c: "SELECT count(*) FROM sales o JOIN paid USING (id)",
      d: "<b>${sales.length} orders, ${paid.length} paid</b>",
    });
    expect(rename(cells, "d", "paid", "left")).toEqual({
      b: "-- name: left\nSELECT Orders.id, ${orders.length} FROM Orders WHERE ORDERS.paid",
      c: 'SELECT count(*) FROM "orders" o JOIN "left" USING (id)',
      d: "<b>${orders.length} orders, ${left.length} paid</b>",
    });
    expect(rename(cells, "b", "orders", "$all")).toMatchObject({
      c: 'SELECT count(*) FROM "$all" o JOIN paid USING (id)',
    });
  });

  it("leaves a cell in SQL alone where it cannot tell a table from a column, or the name is taken", () => {
    expect(rename(cellsOf("total = []", "sql: SELECT total FROM total"), "a", "total", "sums")).toBe("word b");
    const cells = cellsOf("x = []", "sql: SELECT sum(n) AS total FROM x", "y = []", "sql: FROM x, Y");
    expect(rename(cells, "a", "x", "total")).toBe("taken b");
    expect(rename(cells, "a", "x", "Y")).toBe("taken d");
  });

  it("goes into types of TypeScript", () => {
    const cells = cellsOf(
      "typescript: class Point { x = 1 }\nconst origin: Point = new Point()",
      "typescript: // Point\nconst all: readonly Point[] = [origin as Point];\nconst by = new Map<string, Point>()",
      "typescript: const f = (Point: number): Point is 1 => true;\nlet o: { Point: string; Point?: Point } = 'Point'",
      "typescript: let copy: typeof origin",
    );
    expect(rename(cells, "a", "Point", "Dot")).toEqual({
      a: "class Dot { x = 1 }\nconst origin: Dot = new Dot()",
      b: "// Point\nconst all: readonly Dot[] = [origin as Dot];\nconst by = new Map<string, Dot>()",
      c: "const f = (Point: number): Point is 1 => true;\nlet o: { Point: string; Point?: Dot } = 'Point'",
    });
    expect(rename(cells, "a", "origin", "zero")).toMatchObject({ d: "let copy: typeof zero" });
  });

  it("knows a type from a variable of the same name, or refuses", () => {
    const own = cellsOf("const x = 1", "typescript: type x = string;\nlet y: x = 'a', z: typeof x = x");
    expect(rename(own, "a", "x", "n")).toEqual({
      a: "const n = 1",
      b: "type x = string;\nlet y: x = 'a', z: typeof n = n",
    });
    for (const type of [
      "function f<x>(a: x): x { return x }",
      "const f = <K, x>(a: x): x => x",
      "let a: { [x in 'a']: x } = x",
    ]) {
      expect(rename(cellsOf("const x = 1", `typescript: ${type}`), "a", "x", "n")).toBe("type b");
    }
    expect(rename(cellsOf("x = 1", "x = 2", "typescript: let y: typeof x"), "a", "x", "n")).toEqual({ a: "n = 1" });
  });

  it("keeps the names of properties, and of what is imported", () => {
    expect(rename(cellsOf("const x = 1", "({ x })"), "a", "x", "y")).toEqual({ a: "const y = 1", b: "({ x: y })" });
    const python = cellsOf("py: import math", "py: math.pi");
    expect(rename(python, "b", "math", "m")).toEqual({ a: "import math as m", b: "m.pi" });
    expect(rename(cellsOf("py: import os.path", "py: os.sep"), "b", "os", "o")).toBe("package a");
  });

  it("tells the lines that change", () => {
    const plan = planRename(cellsOf("let x = 1\n\nx = x * 2"), { cell: id("a"), name: "x", to: "y" });
    expect(plan.ok && plan.value[0]!.lines).toEqual([
      { line: 1, text: "let x = 1", spans: [{ from: 4, to: 5 }] },
      {
        line: 3,
        text: "x = x * 2",
        spans: [
          { from: 0, to: 1 },
          { from: 4, to: 5 },
        ],
      },
    ]);
  });

  describe("refuses a name", () => {
    it.each([
      ["that the cell defines too", cellsOf("const x = 1, y = 2", "x"), "taken a"],
      ["that a reader reads", cellsOf("const x = 1", "const y = 2", "x + y"), "taken c"],
      ["that a reader has inside a function", cellsOf("const x = 1", "(y) => x + y"), "taken b"],
      ["that another cell between defines", cellsOf("x = 1", "y = 2", "x"), "taken c"],
      ["that others read from a cell further up", cellsOf("y = 0", "x = 1", "y"), "taken c"],
      ["that nobody defines and somebody reads", cellsOf("x = 1", "() => y"), "taken b"],
    ])("%s", (_, cells, refusal) => {
      expect(rename(cells, cells.find(({ source }) => source.includes("x = 1"))!.id, "x", "y")).toBe(refusal);
    });

    it("that every kernel gives, if a cell reads it", () => {
      expect(rename(cellsOf("x = 1", "Math.PI"), "a", "x", "Math")).toBe("taken b");
      expect(rename(cellsOf("py: x = 1", "py: list()"), "a", "x", "list")).toBe("taken b");
    });

    it("that is none", () => {
      expect(rename(cellsOf("x = 1"), "a", "x", "a b")).toBe("no-name a");
      expect(rename(cellsOf("x = 1"), "a", "x", "class")).toBe("no-name a");
      expect(rename(cellsOf("x = 1", "py: x"), "a", "x", "lambda")).toBe("no-name b");
      expect(rename(cellsOf("x = 1"), "a", "x", "")).toBe("no-name a");
      expect(rename(cellsOf("x = 1"), "a", "x", "_x")).toBe("private");
      expect(rename(cellsOf("x = 1"), "a", "x", "x")).toBe("same");
    });
  });

  it("refuses what no cell defines", () => {
    expect(rename(cellsOf("x + 1"), "a", "x", "y")).toBe("unknown");
    expect(rename(cellsOf("x = 1"), "a", "z", "y")).toBe("unknown");
  });
});
