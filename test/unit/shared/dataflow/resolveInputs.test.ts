import { describe, expect, it } from "vitest";
import type { CellId } from "#shared/base/ids.ts";
import { components, cycles, dependents, inOrderOfNeed } from "#shared/dataflow/flowGraph.ts";
import { FlowReader } from "#shared/dataflow/FlowReader.ts";
import { programOf } from "#shared/dataflow/resolveInputs.ts";
import type { Cell } from "#shared/notebook/cell.ts";
import { flowOf } from "../../../support/programs.ts";

const id = (text: string): CellId => text as CellId;
const inputsOf = (sources: Record<string, string>, cell: string) =>
  Object.fromEntries(flowOf(sources).get(id(cell))!.inputs);
const unresolvedOf = (sources: Record<string, string>, cell: string) =>
  Object.fromEntries(flowOf(sources).get(id(cell))!.unresolved);

describe("what a cell reads is bound", () => {
  it("to the nearest cell above that defines the name", () => {
    expect(inputsOf({ a: "x = 1", b: "x = 2", c: "x", d: "x = 3" }, "c")).toEqual({ x: "b" });
  });
  it("to the only one below, if none is above", () => {
    expect(inputsOf({ a: "x", b: "const x = 1" }, "a")).toEqual({ x: "b" });
  });
  it("to no cell, if several below define it: they are the candidates", () => {
    const sources = { a: "x", b: "const x = 1", c: "const x = 2" };
    expect(inputsOf(sources, "a")).toEqual({});
    expect(unresolvedOf(sources, "a")).toEqual({ x: ["b", "c"] });
  });
  it("to no cell, if none defines it", () => {
    expect(unresolvedOf({ a: "nowhere + Math.PI" }, "a")).toEqual({ nowhere: [] });
  });
  it("never to the cell itself: x = x + 1 reads the one before", () => {
    const sources = { a: "x = 1", b: "x = x + 1", c: "x = x + 1", d: "x" };
    expect(inputsOf(sources, "b")).toEqual({ x: "a" });
    expect(inputsOf(sources, "c")).toEqual({ x: "b" });
    expect(inputsOf(sources, "d")).toEqual({ x: "c" });
    expect(unresolvedOf({ a: "x = x + 1" }, "a")).toEqual({ x: [] });
  });
  it("to a changed part's cell, which is a newer version of the whole", () => {
    expect(inputsOf({ a: "const o = {}", b: "o.k = 1", c: "o.k" }, "c")).toEqual({ o: "b" });
  });
  it("to a cell also for a name that kernels give by themselves, if one defines it", () => {
    expect(inputsOf({ a: "class Event {}", b: "new Event()" }, "b")).toEqual({ Event: "a" });
    expect(inputsOf({ a: "1", b: "new Event()" }, "b")).toEqual({});
    expect(unresolvedOf({ a: "new URL(x)", b: "URL = 1", c: "URL = 2" }, "a")).toEqual({ x: [] });
  });
  it("not to names that are private to their cell", () => {
    expect(inputsOf({ a: "const _x = 1", b: "_x" }, "b")).toEqual({});
  });
  it("not to a cell that cannot be read", () => {
    expect(unresolvedOf({ a: "const x = = 1", b: "x" }, "b")).toEqual({ x: [] });
  });
});

describe("the graph of a notebook", () => {
  it("is put in an order in which each cell stands after those it needs", () => {
    const flow = flowOf({ a: "y", b: "const z = 1", c: "const y = z", d: "1" });
    expect(inOrderOfNeed(flow, new Set(flow.keys()))).toEqual(["b", "c", "a", "d"]);
    expect(inOrderOfNeed(flow, new Set([id("a"), id("b")]))).toEqual(["b", "a"]);
  });
  it("falls into components that share nothing", () => {
    const flow = flowOf({ a: "x = 1", b: "y = 1", c: "x", d: "y", e: "1", f: "x + w", g: "w = 2" });
    const found = components(flow);
    expect([...new Set(found.values())].map((component) => [...component].join(""))).toEqual(["acfg", "bd", "e"]);
    expect(found.get(id("g"))).toBe(found.get(id("a")));
  });
  it("knows who depends on cells", () => {
    const flow = flowOf({ a: "x = 1", b: "y = x", c: "z = y", d: "1" });
    expect([...dependents(flow, [id("a")])]).toEqual(["b", "c"]);
  });
  it("shows circles, and not the cells that only need one", () => {
    const flow = flowOf({
      a: "function even(n) { return n === 0 || odd(n - 1) }",
      b: "function odd(n) { return n !== 0 && even(n - 1) }",
      c: "const r = even(4)",
      d: "const base = 1",
      e: "p = q + base",
      f: "q = p",
    });
    expect(Object.fromEntries(cycles(flow))).toEqual({ a: ["a", "b"], b: ["a", "b"], e: ["e", "f"], f: ["e", "f"] });
    expect(cycles(flowOf({ a: "x = 1", b: "x" })).size).toBe(0);
  });
  it("is found for a chain of 3,000 cells without delay", () => {
    const sources: Record<string, string> = { c0: "const x0 = 0" };
    for (let at = 1; at < 3_000; at++) sources[`c${at}`] = `const x${at} = x${at - 1} + 1`;
    const flow = flowOf(sources);
    const started = performance.now();
    expect(inOrderOfNeed(flow, new Set(flow.keys()))).toHaveLength(3_000);
    expect(new Set(components(flow).values()).size).toBe(1);
    expect(cycles(flow).size).toBe(0);
    expect(performance.now() - started).toBeLessThan(500);
  });
});

describe("the program of a cell", () => {
  it("carries what the kernel needs and no more", () => {
    const flow = flowOf({ a: "const x = 1", b: "const y = x + z" });
    expect(programOf(flow.get(id("b"))!)).toEqual({
      cell: "b",
      language: "javascript",
      code: expect.stringContaining("const y = x + z") as string,
      defines: ["y"],
      inputs: { x: "a" },
    });
    expect(programOf(flowOf({ a: "(" }).get(id("a"))!)).toBeUndefined();
  });
});

describe("FlowReader", () => {
  const cell = (name: string, source: string, over: Partial<Cell> = {}): Cell => ({
    id: id(name),
    kind: "code",
    language: "javascript",
    source,
    deleted: undefined,
    metadata: {},
    ...over,
  });
  it("reads code cells of the languages that can be executed, and no others", () => {
    const reader = new FlowReader();
    const cells = [
      cell("a", "x = 1"),
      cell("b", "x = 1", { kind: "markdown" }),
      cell("c", "x = 2", { language: "r" }),
      cell("p", "y = x", { language: "python" }),
      cell("d", "x"),
    ];
    expect([...reader.read(cells).keys()]).toEqual(["a", "p", "d"]);
    expect(Object.fromEntries(reader.read(cells).get(id("d"))!.inputs)).toEqual({ x: "a" });
  });
  it("binds a table of SQL in capitals or not, if only one variable can be meant", () => {
    const sql = { language: "sql" };
    const read = (...cells: readonly Cell[]) =>
      Object.fromEntries(
        new FlowReader().read([...cells, cell("q", "FROM Orders JOIN ORDERS", sql)]).get(id("q"))!.inputs,
      );
    expect(read(cell("a", "orders = 1"))).toEqual({ orders: "a" });
    expect(read(cell("a", "Orders = 1"), cell("b", "orders = 1"))).toEqual({ Orders: "a" });
    expect(read(cell("a", "orders = 1"), cell("b", "oRDERS = 1"))).toEqual({});
    expect(read(cell("a", "create table orders (x int)", sql))).toEqual({ orders: "a" });
  });
  it("parses a source once", () => {
    const reader = new FlowReader();
    const [first] = reader.read([cell("a", "x = 1")]).values();
    const [again] = reader.read([cell("b", "0"), cell("a", "x = 1")]).values();
    expect(reader.read([cell("a", "x = 1")]).get(id("a"))!.compiled).toBe(first!.compiled);
    expect(again!.compiled).not.toBe(first!.compiled);
  });
});
