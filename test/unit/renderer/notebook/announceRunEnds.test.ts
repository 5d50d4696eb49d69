import { describe, expect, it } from "vitest";
import { parseRunRecord, type RunRecord } from "#shared/notebook/runRecord.ts";
import { runEndsInWords } from "../../../../renderer/notebook/services/announceRunEnds.ts";

const record = (change: Partial<RunRecord>): RunRecord => ({
  ...parseRunRecord({ run: "r", status: "ok" })!,
  ...change,
});

describe("runEndsInWords", () => {
  it("tells how one cell ended, with the line of its error", () => {
    expect(runEndsInWords([{ position: 3, record: record({}) }])).toBe("Cell 3 finished.");
    const failed = record({ status: "error", errorAt: { line: 2, column: 1 } });
    expect(runEndsInWords([{ position: 3, record: failed }])).toBe("Cell 3 ended with an error in line 2.");
  });

  it("gathers many ends to one sentence", () => {
    const ends = [record({}), record({ status: "error" }), record({})].map((one, at) => ({
      position: at + 1,
      record: one,
    }));
    expect(runEndsInWords(ends)).toBe("3 cells finished, 1 with an error.");
  });
});
