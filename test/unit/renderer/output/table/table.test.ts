import { tableFromArrays, tableToIPC } from "@uwdata/flechette";
import { describe, expect, it } from "vitest";
import { cellText, viewRows, type Table } from "../../../../../renderer/output/table/table.ts";
import { readTable } from "../../../../../renderer/output/table/readTable.ts";

const go = (): Promise<boolean> => Promise.resolve(true);
const rowsOf = ({ rows, columns }: Table): string[][] =>
  Array.from({ length: rows }, (_, row) => columns.map(({ at }) => cellText(at(row))));
const kindsOf = ({ columns }: Table): string[] => columns.map(({ name, kind }) => `${name}: ${kind}`);
const view = async (table: Table, sort: [number, boolean] | undefined, filter = ""): Promise<string[]> => {
  const wanted = sort && { column: sort[0], descending: sort[1] };
  const rows = await viewRows(table, { sort: wanted, filter }, go);
  return [...(rows ?? [])].map((row) => cellText(table.columns[0]?.at(row)));
};

describe("readTable", () => {
  it("reads CSV with quotes, empty cells and whatever separates it, and finds the numbers", () => {
    const table = readTable("text/csv", 'name;size;note\nann;1.5;"a; b"\n"b ""quoted""";;\n\nc;-2e3;x\n');
    expect(kindsOf(table)).toEqual(["name: text", "size: number", "note: text"]);
    expect(rowsOf(table)).toEqual([
      ["ann", "1.5", "a; b"],
      ['b "quoted"', "", ""],
      ["c", "-2000", "x"],
    ]);
    expect(rowsOf(readTable("text/tab-separated-values", "a\tb\n1,5\t2"))).toEqual([["1,5", "2"]]);
  });

  it("reads tables of pandas", () => {
    const fields = [
      { name: "__proto__", type: "string" },
      { name: "n", type: "integer" },
    ];
    const table = readTable("application/vnd.dataresource+json", { schema: { fields }, data: [{ n: 1 }, { n: null }] });
    expect(kindsOf(table)).toEqual(["__proto__: text", "n: number"]);
    expect(rowsOf(table)).toEqual([
      ["", "1"],
      ["", ""],
    ]);
  });

  it("reads Arrow, 64-bit integers and dates included", () => {
    const bytes = tableToIPC(
      tableFromArrays({ big: [9_007_199_254_740_993n, 1n], when: [new Date(0), null], word: ["a", "b"] }),
      { format: "stream" },
    );
    const table = readTable("application/vnd.apache.arrow.stream", Buffer.from(bytes!).toString("base64"));
    expect(kindsOf(table)).toEqual(["big: number", "when: text", "word: text"]);
    expect(rowsOf(table)).toEqual([
      ["9007199254740993", "1970-01-01", "a"],
      ["1", "", "b"],
    ]);
  });

  it.each([
    ["application/vnd.dataresource+json", { data: [] }],
    ["application/vnd.dataresource+json", "text"],
    ["text/csv", { no: "text" }],
    ["application/vnd.apache.arrow.stream", "AAAA"],
    ["application/vnd.apache.arrow.stream", "not base64!"],
  ] as const)("refuses what is no table: %s %j", (mime, body) => {
    expect(() => readTable(mime, body)).toThrow();
  });
});

describe("viewRows", () => {
  const table = readTable("text/csv", "name,n\nb10,3\nb9,\na,3\nC,-1\n");

  it("sorts numbers and text both ways, empty cells last and equal ones as they came", async () => {
    expect(await view(table, [1, false])).toEqual(["C", "b10", "a", "b9"]);
    expect(await view(table, [1, true])).toEqual(["b10", "a", "C", "b9"]);
    expect(await view(table, [0, false])).toEqual(["a", "b9", "b10", "C"]);
    expect(await view(table, undefined)).toEqual(["b10", "b9", "a", "C"]);
  });

  it("finds rows by what any cell shows, in any case", async () => {
    expect(await view(table, undefined, "B")).toEqual(["b10", "b9"]);
    expect(await view(table, [0, true], "3")).toEqual(["b10", "a"]);
    expect(await view(table, undefined, "nothing")).toEqual([]);
  });

  it("ends when another view is asked for", async () => {
    const long = readTable("text/csv", `n\n${Array.from({ length: 50_000 }, (_, row) => row).join("\n")}`);
    let steps = 0;
    const stop = (): Promise<boolean> => Promise.resolve(++steps < 2);
    expect(await viewRows(long, { sort: undefined, filter: "x" }, stop)).toBeUndefined();
    expect(steps).toBe(2);
  });

  it("shows long cells cut, and nested ones as JSON", () => {
    expect(cellText("x".repeat(1_000)).length).toBe(301);
    expect(cellText({ a: [1n, new Uint8Array(3)] })).toBe('{"a":["1","3 bytes"]}');
    expect(cellText(undefined)).toBe("");
  });
});
