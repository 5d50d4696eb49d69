import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { contentHashOfText } from "#shared/base/hash.ts";
import { CellId, RunId } from "#shared/base/ids.ts";
import { bytes } from "#shared/base/units.ts";
import { beginRun, clearRuns, endRun, readRun } from "#shared/notebook/editRuns.ts";
import { outputsSoFar, parseOutputsSoFar, writeOutputsSoFar } from "#shared/notebook/outputsSoFar.ts";
import { parseRunRecord, type OutputRef, type RunRecord } from "#shared/notebook/runRecord.ts";
import { notebookRoots } from "#shared/notebook/schema.ts";

const cell = CellId.parse("cell-0")!;
const record = (run: string, over: Partial<RunRecord> = {}): RunRecord => ({
  ...parseRunRecord({ run, status: "began" })!,
  ...over,
});
const output = (text: string): OutputRef => ({
  hash: contentHashOfText(text),
  mime: "text/plain",
  size: bytes(text.length),
  inline: text,
});
const run = RunId.parse("r1")!;

function begun(): Y.Doc {
  const doc = new Y.Doc();
  beginRun(doc, cell, record("r1"));
  return doc;
}
const shown = (doc: Y.Doc): readonly OutputRef[] => outputsSoFar(doc, cell, readRun(doc, cell)!);
function sync(...docs: Y.Doc[]): void {
  for (const from of docs) for (const to of docs) Y.applyUpdate(to, Y.encodeStateAsUpdate(from));
}
const size = (doc: Y.Doc): number => notebookRoots(doc).soFar.size;

describe("the outputs that a run has given so far", () => {
  it("are replaced as a whole, while the run goes on, and go with its end", () => {
    const doc = begun();
    expect(writeOutputsSoFar(doc, cell, { run, outputs: [output("1")] })).toBe(true);
    writeOutputsSoFar(doc, cell, { run, outputs: [output("1 2"), { ...output("large"), inline: undefined }] });
    expect(shown(doc)).toEqual([output("1 2"), { ...output("large"), inline: undefined }]);
    endRun(doc, cell, record("r1", { status: "ok", outputs: [output("1 2 3")] }));
    expect([shown(doc), size(doc)]).toEqual([[], 0]);
    expect(writeOutputsSoFar(doc, cell, { run, outputs: [output("late")] })).toBe(false);
  });

  it("belong to no other run, and stay while one is only written again", () => {
    const doc = begun();
    expect(writeOutputsSoFar(doc, cell, { run: RunId.parse("r0")!, outputs: [output("1")] })).toBe(false);
    writeOutputsSoFar(doc, cell, { run, outputs: [output("1")] });
    endRun(doc, cell, record("r1", { count: 4 }));
    expect(shown(doc)).toEqual([output("1")]);
    beginRun(doc, cell, record("r2"));
    expect([shown(doc), size(doc)]).toEqual([[], 0]);
    writeOutputsSoFar(doc, cell, { run: RunId.parse("r2")!, outputs: [output("2")] });
    clearRuns(doc, [cell]);
    expect(size(doc)).toBe(0);
  });

  it("never cost a run its end, whoever wrote last and whichever replica wins", () => {
    for (const [requester, host] of [
      [1, 2],
      [2, 1],
    ] as const) {
      const [ana, hosted] = [begun(), new Y.Doc()];
      ana.clientID = requester;
      hosted.clientID = host;
      sync(ana, hosted);
      endRun(ana, cell, record("r1", { status: "ok", outputs: [output("all")] }));
      writeOutputsSoFar(hosted, cell, { run, outputs: [output("some")] });
      sync(ana, hosted);
      for (const doc of [ana, hosted]) {
        expect(readRun(doc, cell)).toMatchObject({ status: "ok", outputs: [output("all")] });
        expect(shown(doc)).toEqual([]);
      }
    }
  });

  it("are kept by a run that was lost and told nothing itself", () => {
    const doc = begun();
    writeOutputsSoFar(doc, cell, { run, outputs: [output("1")] });
    endRun(doc, cell, record("r1", { status: "interrupted" }));
    expect(readRun(doc, cell)).toMatchObject({ status: "interrupted", outputs: [output("1")] });
  });

  it("are nothing where something else stands", () => {
    for (const value of [undefined, 7, "r1", {}, { run: "" }, { run: 1, outputs: [] }]) {
      expect(parseOutputsSoFar(value)).toBeUndefined();
    }
    expect(parseOutputsSoFar({ run: "r1", outputs: [{ hash: "no" }, 7] })).toEqual({ run, outputs: [] });
  });
});
