import { describe, expect, it } from "vitest";
import { RunId } from "#shared/base/ids.ts";
import { cellSource } from "#shared/notebook/cell.ts";
import { setCellSource } from "#shared/notebook/editCells.ts";
import { readRun } from "#shared/notebook/editRuns.ts";
import { notebookRoots } from "#shared/notebook/schema.ts";
import { freshnessReadable } from "../../../../renderer/cell/run/runReadable.ts";
import { openNotebook } from "../../../support/fake/openNotebook.ts";

function freshnessOf(open: ReturnType<typeof openNotebook>, at: number) {
  const id = open.ids[at]!;
  return freshnessReadable(open.session.doc, id, cellSource(notebookRoots(open.session.doc).cells, id)!);
}

describe("freshness of outputs", () => {
  it("is lost by a change of the source, and regained when the change is taken back", () => {
    const open = openNotebook("1 + 1");
    open.session.writeRun(open.ids[0]!, []);
    const freshness = freshnessOf(open, 0);
    expect(freshness.get()).toBe("fresh");
    setCellSource(open.session.doc, open.ids[0]!, "1 + 2");
    expect(freshness.get()).toBe("source-changed");
    setCellSource(open.session.doc, open.ids[0]!, "1 + 1");
    expect(freshness.get()).toBe("fresh");
  });

  it("is lost when a cell it read from ran again", () => {
    const open = openNotebook("x = 1", "x");
    const [defining, reading] = open.ids;
    const run = RunId.create();
    open.session.writeRun(defining!, [], { run });
    open.session.writeRun(reading!, [], { inputs: { x: run } });
    const freshness = freshnessOf(open, 1);
    let wakes = 0;
    freshness.subscribe(() => wakes++);
    expect(freshness.get()).toBe("fresh");
    open.session.writeRun(defining!, []);
    expect(freshness.get()).toBe("input-changed");
    expect(wakes).toBeGreaterThan(0);
  });

  it("is not doubted for outputs that came with a file", () => {
    const open = openNotebook("1");
    open.session.writeRun(open.ids[0]!, [], { status: "imported", sourceHash: undefined });
    setCellSource(open.session.doc, open.ids[0]!, "2");
    expect([freshnessOf(open, 0).get(), readRun(open.session.doc, open.ids[0]!)?.status]).toEqual([
      "fresh",
      "imported",
    ]);
  });
});
