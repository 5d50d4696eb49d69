import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { contentHashOfText } from "#shared/base/hash.ts";
import { CellId, PeerId, RunId } from "#shared/base/ids.ts";
import { bytes, ms, unixMs } from "#shared/base/units.ts";
import { beginRun, clearRuns, endRun, readRun, readRuns } from "#shared/notebook/editRuns.ts";
import { NOT_RUN_LIMIT, OUTPUT_COUNT_LIMIT, parseRunRecord, type RunRecord } from "#shared/notebook/runRecord.ts";
import { notebookRoots } from "#shared/notebook/schema.ts";
import { createReplica, syncAll } from "../../../support/replicas.ts";

const cell = CellId.parse("cell-0")!;

function record(run: string, over: Partial<RunRecord> = {}): RunRecord {
  return {
    run: RunId.parse(run)!,
    by: PeerId.parse("AAAAAAAAAAAAAAAAAAAAAA"),
    byName: "Ana",
    where: { at: "here" },
    sourceHash: contentHashOfText("1 + 1"),
    inputs: {},
    started: unixMs(1_000),
    duration: undefined,
    status: "began",
    count: 1,
    outputs: [],
    errorAt: undefined,
    ...over,
  };
}

const output = (text: string) => ({
  hash: contentHashOfText(text),
  mime: "text/plain",
  size: bytes(text.length),
  inline: text,
});

describe("the run record of a cell", () => {
  it("reads back as written", () => {
    const doc = new Y.Doc();
    const ended = record("r1", {
      status: "error",
      duration: ms(12),
      outputs: [output("2"), { ...output("large"), inline: undefined }],
      errorAt: { line: 3, column: 7 },
      where: { at: "agent", agent: PeerId.parse("BBBBBBBBBBBBBBBBBBBBBB")!, name: "lab-3" },
    });
    beginRun(doc, cell, record("r1"));
    expect(endRun(doc, cell, ended)).toBe(true);
    expect(readRun(doc, cell)).toEqual(ended);
    expect([...readRuns(doc)]).toEqual([[cell, ended]]);
  });

  it("says that nothing was executed, in a word that older builds pass over", () => {
    const doc = new Y.Doc();
    const refused = record("r1", { status: "error", notRun: "the agent does not answer" });
    beginRun(doc, cell, record("r1"));
    endRun(doc, cell, refused);
    expect(readRun(doc, cell)).toEqual(refused);
    const stored = notebookRoots(doc).runs.get(cell) as Record<string, unknown>;
    const { notRun, ...known } = stored;
    expect([notRun, parseRunRecord(known)]).toEqual(["the agent does not answer", record("r1", { status: "error" })]);
    // What ended well was executed, whatever a stranger wrote beside it; and a text too long is none.
    expect(parseRunRecord({ ...stored, status: "ok" })).not.toHaveProperty("notRun");
    expect(parseRunRecord({ ...stored, notRun: "x".repeat(NOT_RUN_LIMIT + 1) })).not.toHaveProperty("notRun");
  });

  it("belongs to the run that began last: a late end of an older run changes nothing", () => {
    const doc = new Y.Doc();
    beginRun(doc, cell, record("r1"));
    beginRun(doc, cell, record("r2"));
    expect(endRun(doc, cell, record("r1", { status: "ok", outputs: [output("old")] }))).toBe(false);
    expect(readRun(doc, cell)).toEqual(record("r2"));
  });

  it("holds one run's outputs whole when two peers ran the cell apart, and the same one on both", () => {
    const [a, b] = [createReplica(), createReplica()];
    for (const [replica, run] of [
      [a, "ra"],
      [b, "rb"],
    ] as const) {
      beginRun(replica.doc, cell, record(run));
      endRun(replica.doc, cell, record(run, { status: "ok", outputs: [output(`${run} 1`), output(`${run} 2`)] }));
    }
    syncAll([a, b]);
    const survivor = readRun(a.doc, cell)!;
    expect(readRun(b.doc, cell)).toEqual(survivor);
    expect(survivor.outputs.map((each) => each.inline)).toEqual([`${survivor.run} 1`, `${survivor.run} 2`]);
  });

  it("costs next to nothing in the document however often it is replaced", () => {
    const doc = new Y.Doc();
    for (let i = 0; i < 2_000; i++) {
      beginRun(doc, cell, record(`r${i}`));
      endRun(doc, cell, record(`r${i}`, { status: "ok", outputs: [output("x".repeat(900))] }));
    }
    expect(Y.encodeStateAsUpdate(doc).length).toBeLessThan(4_000);
  });

  it("is cleared on request", () => {
    const doc = new Y.Doc();
    beginRun(doc, cell, record("r1"));
    clearRuns(doc, [cell]);
    expect(readRun(doc, cell)).toBeUndefined();
  });
});

describe("parseRunRecord", () => {
  it.each([
    undefined,
    null,
    7,
    [],
    {},
    { run: "r" },
    { run: 7, status: "ok" },
    { run: "r", status: "half" },
    { run: "r".repeat(65), status: "ok" },
  ])("refuses %j", (value) => {
    expect(parseRunRecord(value)).toBeUndefined();
  });

  it("keeps what it can read and drops the rest", () => {
    const parsed = parseRunRecord({
      run: "r",
      status: "ok",
      by: "../../etc",
      started: "yesterday",
      duration: -1,
      count: 1.5,
      outputs: [{ hash: "no" }],
      inputs: { x: "run-1", y: 7 },
      where: { at: "agent", agent: "?" },
      future: true,
    });
    expect(parsed).toEqual({
      run: "r",
      status: "ok",
      by: undefined,
      byName: "",
      where: { at: "here" },
      sourceHash: undefined,
      inputs: { x: "run-1" },
      started: undefined,
      duration: undefined,
      count: undefined,
      outputs: [],
      errorAt: undefined,
    });
  });

  it("survives a hostile record put straight into the document", () => {
    const doc = new Y.Doc();
    const outputs = [{}, 7, output("kept"), ...new Array<unknown>(10_000).fill(output("many"))];
    notebookRoots(doc).runs.set(cell, { run: "r", status: "ok", outputs });
    const read = readRun(doc, cell)!.outputs;
    expect(read[0]).toEqual(output("kept"));
    expect(read).toHaveLength(OUTPUT_COUNT_LIMIT - 2);
  });
});
