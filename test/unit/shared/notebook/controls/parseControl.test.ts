import { describe, expect, it } from "vitest";
import {
  fitting,
  LABEL_LIMIT,
  onSlider,
  OPTION_LIMIT,
  parseControlValue,
  parseControlValues,
  ROW_LIMIT,
  TEXT_LIMIT,
} from "#shared/notebook/controls/control.ts";
import { parseControl } from "#shared/notebook/controls/parseControl.ts";

const slider = { kind: "slider", key: "own:n", label: "n", shared: false, min: 0, max: 10, step: 1, value: 5 };
const select = { kind: "select", key: "own:s", label: "", shared: false, options: ["a", "b"], value: "a" };
const table = { kind: "table", key: "own:t", label: "", shared: false, columns: ["x"], rows: [["1"]], total: 3 };

describe("parseControl", () => {
  it("reads what a sound kernel shows", () => {
    expect(parseControl(slider)).toEqual(slider);
    expect(parseControl({ ...select, more: 1 })).toEqual(select);
    expect(parseControl(table)).toEqual({ ...table, value: [] });
  });

  it.each([
    ["nothing", null],
    ["another kind", { ...slider, kind: "canvas" }],
    ["a scale upside down", { ...slider, min: 11 }],
    ["no step", { ...slider, step: 0 }],
    ["steps that cannot be counted", { ...slider, max: 1e300, step: 1e-300 }],
    ["no number", { ...slider, value: Number.NaN }],
    ["a value off the scale", { ...slider, value: 11 }],
    ["a key that says it is shared", { ...slider, key: "shared:n" }],
    ["a long label", { ...slider, label: "x".repeat(LABEL_LIMIT + 1) }],
    ["too many choices", { ...select, options: Array.from({ length: OPTION_LIMIT + 1 }, (_, at) => `${at}`) }],
    ["a choice that is none", { ...select, value: "c" }],
    ["a shared file", { kind: "file", key: "shared:f", label: "", shared: true, accept: "" }],
    ["too many rows", { ...table, rows: Array.from({ length: ROW_LIMIT + 1 }, () => ["1"]), total: 1e6 }],
    ["rows of another width", { ...table, rows: [["1", "2"]] }],
    ["fewer rows than it shows", { ...table, total: 0 }],
  ])("refuses %s", (_, given) => {
    expect(parseControl(given)).toBeUndefined();
  });
});

describe("where a control stands", () => {
  it("is a plain value, and small", () => {
    expect([1.5, "a", true, [0, 2]].map(parseControlValue)).toEqual([1.5, "a", true, [0, 2]]);
    const refused = [
      undefined,
      null,
      Infinity,
      "x".repeat(TEXT_LIMIT + 1),
      [-1],
      [0.5],
      {},
      Array(ROW_LIMIT + 1).fill(0),
    ];
    for (const value of refused) expect(parseControlValue(value)).toBeUndefined();
  });

  it("is read entry by entry: one that is none does not take the others along", () => {
    expect(parseControlValues({ "own:a": 1, "own:b": { deep: [] }, ["x".repeat(1_000)]: 2 })).toEqual({ "own:a": 1 });
    expect(parseControlValues([1])).toEqual({});
  });

  it("fits the control, or is left alone", () => {
    const control = parseControl(slider)!;
    expect([4.4, 11, "4"].map((value) => fitting(control, value))).toEqual([4, undefined, undefined]);
    expect(["b", "c"].map((value) => fitting(parseControl(select)!, value))).toEqual(["b", undefined]);
    expect([[2], [3]].map((value) => fitting(parseControl(table)!, value))).toEqual([[2], undefined]);
  });

  it("is a number people would write, on the scale", () => {
    expect(onSlider({ min: 0, max: 1, step: 0.1 }, 0.3000001)).toBe(0.3);
    expect(onSlider({ min: 0, max: 10, step: 4 }, 10)).toBe(8);
    expect(onSlider({ min: 1, max: 10, step: 1 }, 99)).toBe(10);
  });
});
