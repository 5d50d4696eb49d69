import { describe, expect, test } from "vitest";
import { jsonPreview } from "../../../../../renderer/output/json/jsonPreview.ts";
import { recordColumns, recordsTable } from "../../../../../renderer/output/json/recordsTable.ts";
import { readTable } from "../../../../../renderer/output/table/readTable.ts";

describe("a preview", () => {
  test.each([
    [{}, "{}"],
    [[], "[]"],
    [{ n: 1, name: "a", on: true, none: null }, '{n: 1, name: "a", on: true, none: null}'],
    [{ rows: [1, 2], one: [1], inner: { a: 1 } }, "{rows: [2 items], one: [1 item], inner: {1 entry}}"],
    [[1, "b", [2]], '[1, "b", [1 item]]'],
    [{ text: "x".repeat(50) }, `{text: "${"x".repeat(24)}…"}`],
  ])("of %j", (value, words) => expect(jsonPreview(value)).toBe(words));

  test("is one short line, however much there is", () => {
    const long = jsonPreview(Array.from({ length: 10_000 }, (_, n) => n));
    expect(long.length).toBeLessThan(80);
    expect(long).toMatch(/^\[0, 1, .*, …\]$/);
  });
});

describe("records", () => {
  test.each([
    [{ a: 1 }, undefined],
    [[{ a: 1 }], undefined],
    [[{ a: 1 }, 2], undefined],
    [[{ a: 1 }, [1]], undefined],
    [[{}, {}], undefined],
    [
      [{ a: 1 }, { b: 2, a: 3 }],
      ["a", "b"],
    ],
    [[Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`c${n}`, n])), {}], undefined],
  ])("columns of %j", (value, columns) => expect(recordColumns(value)).toEqual(columns));

  test("are read as a table, what is missing as nothing", () => {
    const rows = [{ n: 1, name: "one" }, { n: 2 }, { n: null, name: "none" }];
    const table = readTable("application/vnd.dataresource+json", recordsTable(rows, ["n", "name"]));
    expect(table.rows).toBe(3);
    expect(table.columns.map(({ name, kind }) => [name, kind])).toEqual([
      ["n", "number"],
      ["name", "text"],
    ]);
    expect(table.columns.map(({ at }) => [0, 1, 2].map(at))).toEqual([
      [1, 2, null],
      ["one", undefined, "none"],
    ]);
  });
});
