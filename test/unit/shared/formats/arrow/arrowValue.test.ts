import * as arrow from "@uwdata/flechette";
import { describe, expect, it } from "vitest";
import { arrowValue } from "#shared/formats/arrow/arrowValue.ts";

/** A value as it is when it has been through a file of Arrow. */
function read(type: arrow.DataType, value: unknown): unknown {
  const column = arrow.columnFromArray([value], type, { useBigInt: true, useDecimalInt: true });
  const bytes = arrow.tableToIPC(arrow.tableFromColumns({ v: column }), { format: "file" })!;
  const table = arrow.tableFromIPC(bytes, { useBigInt: true, useDate: true, useDecimalInt: true });
  return arrowValue(table.getChildAt(0).at(0), table.schema.fields[0]!);
}

const months = (count: number, days: number, nanos: number) => Float64Array.of(count, days, nanos);
const entries = (...pairs: readonly (readonly [unknown, unknown])[]) => pairs;

/** Type · value in Arrow · value in the notebook. */
const CASES: readonly (readonly [name: string, type: arrow.DataType, given: unknown, value: unknown])[] = [
  ["nothing", arrow.utf8(), null, null],
  ["a whole number", arrow.int64(), 3n, 3],
  ["a whole number no number holds", arrow.int64(), 2n ** 60n + 1n, 2n ** 60n + 1n],
  ["a whole decimal", arrow.decimal(38, 0, 128), 10n, 10],
  ["a large whole decimal", arrow.decimal(38, 0, 128), 10n ** 30n, 10n ** 30n],
  ["a decimal", arrow.decimal(10, 2, 128), -125n, -1.25],
  ["seconds of a day", arrow.timeSecond(), 3661, "01:01:01"],
  ["milliseconds of a day", arrow.timeMillisecond(), 1_500, "00:00:01.5"],
  ["microseconds of a day", arrow.timeMicrosecond(), 86_399_000_001n, "23:59:59.000001"],
  ["nanoseconds of a day", arrow.timeNanosecond(), 1n, "00:00:00.000000001"],
  ["an interval of months", arrow.interval(arrow.IntervalUnit.YEAR_MONTH), 13, "1 year 1 month"],
  ["an interval of days", arrow.interval(arrow.IntervalUnit.DAY_TIME), Int32Array.of(2, 90_000), "2 days 00:01:30"],
  ["an interval", arrow.interval(), months(-1, 1, -1_500_000_000), "-1 month 1 day -00:00:01.5"],
  ["no interval", arrow.interval(), months(0, 0, 0), "00:00:00"],
  ["a list of numbers", arrow.list(arrow.int64()), [1n, null], [1, null]],
  ["a list of times", arrow.list(arrow.timeSecond()), [0, 60], ["00:00:00", "00:01:00"]],
  ["a list of one length", arrow.fixedSizeList(arrow.int32(), 2), [1, 2], [1, 2]],
  ["a struct", arrow.struct({ at: arrow.timeSecond(), n: arrow.int64() }), { at: 1, n: 2n }, { at: "00:00:01", n: 2 }],
  [
    "a map",
    arrow.map(arrow.utf8(), arrow.timeSecond()),
    entries(["a", 1], ["__proto__", 2]),
    JSON.parse('{"a":"00:00:01","__proto__":"00:00:02"}'),
  ],
  ["a map of numbers", arrow.map(arrow.int64(), arrow.int64()), entries([1n, 2n]), { 1: 2 }],
  ["bytes", arrow.binary(), Uint8Array.of(1, 2), Uint8Array.of(1, 2)],
  ["a word of a dictionary", arrow.dictionary(arrow.utf8()), "a", "a"],
];

describe("a value of Arrow", () => {
  it.each(CASES)("%s is plain data", (_name, type, given, value) => expect(read(type, given)).toStrictEqual(value));
});

describe("what a file may claim", () => {
  it("throws for no unit of time that there is not, and for no key of a map", () => {
    expect(arrowValue(1n, { name: "", type: { typeId: arrow.Type.Time, unit: 9 } })).toBe("00:00:00.000000001");
    const keys = arrow.struct({ n: arrow.int64() });
    expect(read(arrow.map(keys, arrow.int32()), entries([{ n: 2n ** 60n }, 1]))).toEqual({
      '{"n":"1152921504606846976"}': 1,
    });
    const days = { name: "", type: { typeId: arrow.Type.Date } };
    const type = { typeId: arrow.Type.Map, children: [{ name: "", type: { typeId: 0, children: [days, days] } }] };
    expect(arrowValue([[new Date(NaN), 1]], { name: "", type })).toEqual({ null: 1 });
  });
});
