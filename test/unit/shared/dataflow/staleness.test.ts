import { describe, expect, it } from "vitest";
import { contentHashOfText } from "#shared/base/hash.ts";
import { freshnessOf } from "#shared/dataflow/staleness.ts";
import type { Runs } from "#shared/notebook/runRecord.ts";
import { flowOf } from "../../../support/programs.ts";
import { runsAfter } from "../../../support/ranNotebook.ts";

const fresh = (sources: Record<string, string>, runs: Runs) =>
  Object.fromEntries(freshnessOf(flowOf(sources), runs, contentHashOfText));

const NOTEBOOK = { a: "const x = 1", b: "const y = x", c: "y + 1", d: "'alone'" };

describe("the freshness of a cell", () => {
  const flow = flowOf(NOTEBOOK);
  const all = runsAfter(flow, ["a", "b", "c", "d"]);

  it("is fresh after running from top to bottom", () => {
    expect(fresh(NOTEBOOK, all)).toEqual({ a: "fresh", b: "fresh", c: "fresh", d: "fresh" });
  });
  it("is never before the first run, also where outputs came with a file", () => {
    const imported = new Map([...all].map(([id, run]) => [id, { ...run, status: "imported" as const }]));
    expect(fresh(NOTEBOOK, new Map())).toEqual({ a: "never", b: "never", c: "never", d: "never" });
    expect(fresh(NOTEBOOK, imported)).toMatchObject({ a: "never" });
  });
  it("is never where an agent executed nothing of it", () => {
    const refused = new Map(
      [...all].map(([id, run]) => [id, { ...run, status: "error" as const, notRun: "no answer" }]),
    );
    expect(fresh(NOTEBOOK, refused)).toMatchObject({ a: "never", b: "never" });
  });
  it("is changed when the source is another, and all that need it follow", () => {
    expect(fresh({ ...NOTEBOOK, a: "const x = 2" }, all)).toEqual({
      a: "changed",
      b: "inputs-changed",
      c: "inputs-changed",
      d: "fresh",
    });
  });
  it("comes back when the source does", () => {
    expect(fresh({ ...NOTEBOOK }, all)).toMatchObject({ a: "fresh", c: "fresh" });
  });
  it("is lost to the readers when a cell runs again", () => {
    expect(fresh(NOTEBOOK, runsAfter(flow, ["a"], all))).toEqual({
      a: "fresh",
      b: "inputs-changed",
      c: "inputs-changed",
      d: "fresh",
    });
  });
  it("is lost when a name is bound to another cell, or to none", () => {
    const { a, b, c } = NOTEBOOK;
    expect(fresh({ a, between: "const x = 5", b, c }, all)).toMatchObject({ a: "fresh", b: "inputs-changed" });
    expect(fresh({ b, c }, all)).toMatchObject({ b: "inputs-changed" });
  });
  it("is broken where a run began and did not end", () => {
    expect(fresh(NOTEBOOK, runsAfter(flow, ["a", "b?"]))).toMatchObject({ a: "fresh", b: "broken", c: "never" });
  });
  it("is failed after an error, and its readers are not stale for it", () => {
    expect(fresh(NOTEBOOK, runsAfter(flow, ["a!", "b", "c"]))).toMatchObject({ a: "failed", b: "fresh", c: "fresh" });
  });
  it("is never had by cells in a circle", () => {
    const circle = { a: "p = q", b: "q = p", c: "p" };
    const runs = runsAfter(flowOf(circle), ["a", "b", "a", "b", "c"]);
    const states = fresh(circle, runs);
    expect(states["a"]).toBe("inputs-changed");
    expect(states["b"]).toBe("inputs-changed");
    expect(states["c"]).toBe("inputs-changed");
  });
});
