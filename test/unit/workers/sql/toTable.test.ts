import { tableFromIPC } from "@uwdata/flechette";
import { expect, it } from "vitest";
import { toTable } from "../../../../workers/sql/toTable.ts";

async function rowsOf(value: unknown): Promise<unknown> {
  const bytes = await toTable(value);
  return "arrow" in bytes ? tableFromIPC(bytes.arrow).toArray() : "csv";
}

it("makes a table of records, whatever texts are in them and whoever lacks some", async () => {
  const records = [
    { name: "ñ", n: 1, mixed: "a" },
    { name: "", n: 2, mixed: 1 },
    { name: null, n: 3, more: "x" },
    null,
  ];
  expect(await rowsOf(records)).toEqual([
    { name: "ñ", n: 1, mixed: "a", more: null },
    { name: "", n: 2, mixed: "1", more: null },
    { name: null, n: 3, mixed: null, more: "x" },
    { name: null, n: null, mixed: null, more: null },
  ]);
  expect(await rowsOf(["a\uD83D", "b"])).toEqual([{ value: "a\uFFFD" }, { value: "b" }]);
});

it("refuses what has no column", async () => {
  await expect(toTable([{}, null])).rejects.toThrow("a list without a column");
  await expect(toTable(3)).rejects.toThrow("it is a number");
});
