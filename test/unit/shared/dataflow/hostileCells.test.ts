// What nobody writes by hand: a cell is parsed on the page of everybody who works in its notebook.

import { describe, expect, it } from "vitest";
import type { CellId } from "#shared/base/ids.ts";
import { FlowReader } from "#shared/dataflow/FlowReader.ts";
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
