// What nobody writes by hand: a cell is parsed on the page of everybody who works in its notebook.

import { describe, expect, it } from "vitest";
import type { CellId } from "#shared/base/ids.ts";
import { FlowReader } from "#shared/dataflow/FlowReader.ts";
import { compilePython } from "#shared/dataflow/python/compilePython.ts";
import { VALUES_LIMIT } from "#shared/dataflow/template/readTemplate.ts";
import type { Cell } from "#shared/notebook/cell.ts";

/** What is wrong with a cell; "" for nothing. */
function said(language: string, source: string): string {
  // reason: of a cell nothing else is read.
  const cell = { id: "hostile" as CellId, kind: "code", language, source } as Cell;
  const compiled = new FlowReader().read([cell]).get(cell.id)?.compiled;
  return compiled?.ok === false ? compiled.error.message : "";
}

const DEEP = 30_000;
const deep = (open: string, close: string): string => open.repeat(DEEP) + "1" + close.repeat(DEEP);

describe("a hostile cell", () => {
  it.each([
    ["javascript", deep("(", ")")],
    ["javascript", `f${"()".repeat(DEEP)}`],
    ["typescript", deep("(", ")")],
    ["python", deep("(", ")")],
    ["python", deep("x[lambda: {", "}]")],
    ["python", deep("f'{", "}'")],
    ["python", Array.from({ length: 1_000 }, (_, level) => `${" ".repeat(level)}if x:`).join("\n")],
    ["python", `match x:\n case ${deep("[", "]")}: 1`],
    ["sql", `SELECT ${deep("(", ")")}`],
    ["html", `\${${deep("(", ")")}}`],
  ])("in %s that is nested too deeply is told so, and stops nobody", (language, source) => {
    expect(said(language, source)).toMatch(/nested too deeply|Not enough stack space/);
  });

  // Each of these took longer than any test may, for a search that tried every way to divide it.
  it.each([
    ["html", "comments behind a value", `\${x ${"// ".repeat(24)}`, /is missing/],
    ["html", "other comments behind a value", `\${x ${"/**/ ".repeat(30_000)}`, /is missing/],
    ["html", "more values than a cell can have", "${x}".repeat(100 * VALUES_LIMIT), /1000 values/],
    [
      "python",
      "calls and operators without an end",
      `${"- not ".repeat(DEEP)}f${"(1).a[0]".repeat(DEEP)}${" + 1".repeat(DEEP)}`,
      /^$/,
    ],
    ["python", "brackets that nobody closes", "match (\n\n\ndef f(): with (\n".repeat(20_000), /^$/],
    ["python", "empty lines in a bracket", `x = (${"\n".repeat(300_000)})`, /^$/],
    ["python", "strings that nobody closes", `'''${"f'{x:{\\\n".repeat(30_000)}`, /^$/],
    ["python", "values that nobody closes", 'f"{x:{y'.repeat(100_000), /nested too deeply/],
    ["python", "conditions", `if x: a = 1\n${"elif (y := x): b = a\n".repeat(20_000)}else: c = y`, /^$/],
    [
      "python",
      "names in branches",
      Array.from({ length: 20_000 }, (_, at) => `a${at} = 1\nif x: b${at} = 1`).join("\n"),
      /^$/,
    ],
    ["sql", "more values than a cell can have", `SELECT ${"${x},".repeat(100 * VALUES_LIMIT)}1`, /1000 values/],
    [
      "sql",
      "texts between dollars without an end",
      `SELECT ${Array.from({ length: 60_000 }, (_, at) => `$a${at}$`).join(" ")}`,
      /^$/,
    ],
    ["sql", "empty lines", `${"\n".repeat(200_000)}SELECT 1`, /^$/],
    ["sql", "spaces in a name", `-- name: a${" ".repeat(80_000)}b\nSELECT 1`, /cannot be the name/],
  ])("in %s of %s is read at once", (language, _, source, expected) => {
    expect(said(language, source)).toMatch(expected);
  });
});

it.each([
  ["(", ")"],
  ["[", "]"],
  ["{", "}"],
  ["f(", ")"],
  ["x[", "]"],
  ["(lambda: ", ")"],
  ["f'{", "}'"],
])("Python nested as deeply as Python allows is read: %s", (open, close) => {
  // Parentheses around a function count twice.
  const levels = open.includes("lambda") ? 100 : 200;
  const compiled = compilePython(open.repeat(levels) + "other" + close.repeat(levels));
  expect(compiled).toMatchObject({ ok: true, value: { inputs: expect.arrayContaining(["other"]) as string[] } });
});
