import { describe, expect, it } from "vitest";
import { arrowBytes, columnTable } from "../../../../../workers/sql/arrowTable.ts";
import { recordColumns } from "../../../../../workers/kernel/tables/recordColumns.ts";
import { recordsOf } from "../../../../../workers/kernel/tables/recordsOf.ts";

const many = <Item>(make: (at: number) => Item): readonly Item[] => Array.from({ length: 1_000 }, (_, at) => make(at));

describe("a long list of records", () => {
  it("is the same list again", () => {
    const records = many((at) => ({
      ...{ n: at / 2, b: at % 2 === 0, t: `ñ${at}`, day: new Date(at), list: [at], none: null },
      ...{
        n2: at % 3 ? at : null,
        b2: at % 3 ? true : null,
        t2: at % 3 ? "\uFEFFa" : null,
        d2: at % 3 ? new Date(1) : null,
      },
      ...{ mixed: at % 2 ? "text" : at, ["__proto__"]: at, big: BigInt(at) },
    }));
    const table = recordColumns(records)!;
    expect(Object.fromEntries(table.columns.map(({ name, kind }) => [name, kind]))).toMatchObject({
      ...{ n: "number", b: "boolean", t: "text", day: "time", list: "value", none: "value" },
      ...{ n2: "number", b2: "boolean", t2: "text", d2: "time", mixed: "value", big: "value" },
    });
    expect(recordsOf(table)).toEqual(records);
    expect(Object.getPrototypeOf(recordsOf(table)[0])).toBe(Object.prototype);
  });

  it("has nothing where it has nothing that is a moment", () => {
    const table = recordColumns(many((at) => ({ at: new Date(at === 0 ? NaN : at), x: at === 0 ? undefined : 1 })))!;
    expect(recordsOf(table).slice(0, 2)).toEqual([
      { at: null, x: null },
      { at: new Date(1), x: 1 },
    ]);
  });

  it.each([
    ["too short", [{ a: 1 }]],
    ["of values", many(String)],
    ["of lists", many(() => [1])],
    ["of instances", many(() => new Map([["a", 1]]))],
    ["not alike", many((at) => (at === 999 ? { b: 1 } : { a: 1 }))],
    ["in another order", many((at) => (at === 999 ? { b: 1, a: 1 } : { a: 1, b: 1 }))],
    ["of nothing", many(() => ({}))],
    ["no list", { length: 1_000 }],
  ])("goes as it is if it is %s", (_why, value) => expect(recordColumns(value)).toBeUndefined());

  it("keeps half a letter", () => {
    const records = many(() => ({ t: "\uD83D" }));
    expect(recordColumns(records)?.columns).toMatchObject([{ kind: "value" }]);
  });
});

describe("a table of Arrow", () => {
  it("is the same as columns again", () => {
    const records = many((at) => ({
      ...{ n: at / 2, b: at % 2 === 0, t: `ñ${at}`, day: new Date(at), list: [at] },
      ...{ n2: at % 3 ? at : null, b2: at % 3 ? true : null, t2: at % 3 ? "a" : null, d2: at % 3 ? new Date(1) : null },
    }));
    const table = columnTable(arrowBytes(recordColumns(records)!));
    expect(recordsOf(table)).toEqual(records);
    const micros = {
      name: "at",
      kind: "time",
      values: Float64Array.of(1e12 + 0.001, 0),
      valid: Uint8Array.of(1, 0),
    } as const;
    const whole = { name: "i", kind: "number", values: BigInt64Array.of(2n ** 62n, 1n) } as const;
    const again = columnTable(
      arrowBytes({ rows: 2, columns: [micros, { ...micros, name: "local", naive: true }, whole] }),
    );
    expect(again.columns).toEqual([{ ...micros, naive: true }, { ...micros, name: "local", naive: true }, whole]);
    expect(columnTable(arrowBytes({ rows: 0, columns: [{ name: "a", kind: "value", values: [] }] })).rows).toBe(0);
  });
});
