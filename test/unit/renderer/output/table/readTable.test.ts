import * as arrow from "@uwdata/flechette";
import { expect, it } from "vitest";
import { cellText } from "../../../../../renderer/output/table/table.ts";
import { readTable } from "../../../../../renderer/output/table/readTable.ts";

it("shows what Arrow holds as people write it", () => {
  const moment = Date.UTC(2026, 0, 2, 3, 4, 5, 600);
  const cells: readonly (readonly [type: arrow.DataType, value: unknown, kind: string, shown: string])[] = [
    [arrow.dateDay(), new Date(moment), "text", "2026-01-02"],
    [arrow.timestamp(arrow.TimeUnit.MICROSECOND), new Date(moment), "text", "2026-01-02 03:04:05.600"],
    [arrow.timestamp(arrow.TimeUnit.MICROSECOND, "UTC"), new Date(moment), "text", "2026-01-02T03:04:05.600Z"],
    [arrow.timeMicrosecond(), 3_600_000_000n, "text", "01:00:00"],
    [arrow.interval(), Float64Array.of(0, 2, 0), "text", "2 days"],
    [arrow.decimal(38, 0, 128), 10n ** 20n + 1n, "number", "100000000000000000001"],
    [arrow.list(arrow.int32()), [1, 2, 3], "text", "[1,2,3]"],
    [arrow.map(arrow.utf8(), arrow.int32()), [["a", 1]], "text", '{"a":1}'],
  ];
  const columns = cells.map(([type, value], at): [string, arrow.Column<unknown>] => [
    `c${at}`,
    arrow.columnFromArray([value], type, { useBigInt: true, useDecimalInt: true }),
  ]);
  const bytes = arrow.tableToIPC(arrow.tableFromColumns(columns), { format: "file" })!;
  const table = readTable("application/vnd.apache.arrow.file", Buffer.from(bytes).toString("base64"));
  expect(table.columns.map(({ kind, at }) => [kind, cellText(at(0))])).toEqual(
    cells.map(([, , kind, shown]) => [kind, shown]),
  );
});
