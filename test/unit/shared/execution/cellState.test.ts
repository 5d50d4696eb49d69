import { describe, expect, it } from "vitest";
import { contentHashOfText } from "#shared/base/hash.ts";
import type { CellId, RunId } from "#shared/base/ids.ts";
import { unixMs } from "#shared/base/units.ts";
import { cellState, type RunningPeer } from "#shared/execution/cellState.ts";
import { collectOutput } from "#shared/execution/collectOutput.ts";
import type { ActiveExecution } from "#shared/execution/execution.ts";
import type { CellOutput } from "#shared/notebook/output.ts";
import { OUTPUT_COUNT_LIMIT, type RunRecord } from "#shared/notebook/runRecord.ts";

const cell = "a" as CellId;
const record = (run: string, status: RunRecord["status"]): RunRecord => ({
  run: run as RunId,
  by: undefined,
  byName: "Bo",
  where: { at: "here" },
  sourceHash: undefined,
  inputs: {},
  started: unixMs(5),
  duration: undefined,
  status,
  count: 1,
  outputs: [],
  errorAt: undefined,
});
const mine = (run: string, state: "queued" | "running"): ActiveExecution => ({
  run: run as RunId,
  cell,
  request: 1,
  place: { at: "here" },
  sourceHash: contentHashOfText(""),
  asked: true,
  needs: [],
  component: new Set([cell]),
  ...(state === "queued" ? { state } : { state, kernel: 0, stopping: false }),
});
const bo = (...runs: string[]): RunningPeer => ({
  name: "Bo",
  running: runs.map((run) => ({ cell, run: run as RunId })),
});

describe("cellState", () => {
  it.each<[string, RunRecord | undefined, ActiveExecution | undefined, RunningPeer[], object]>([
    ["nothing ever ran", undefined, undefined, [], { state: "idle" }],
    ["the last run ended", record("r", "ok"), undefined, [], { state: "idle" }],
    ["the last run ended, and its peer still shows it", record("r", "ok"), undefined, [bo("r")], { state: "idle" }],
    ["outputs came with a file", record("r", "imported"), undefined, [], { state: "idle" }],
    ["ours waits", undefined, mine("m", "queued"), [], { state: "queued", run: "m", by: undefined }],
    [
      "ours runs, not written yet",
      record("r", "ok"),
      mine("m", "running"),
      [],
      { state: "running", run: "m", by: undefined, since: undefined },
    ],
    [
      "ours runs",
      record("m", "began"),
      mine("m", "running"),
      [],
      { state: "running", run: "m", by: undefined, since: 5 },
    ],
    [
      "ours comes before theirs",
      record("r", "began"),
      mine("m", "queued"),
      [bo("r")],
      { state: "queued", run: "m", by: undefined },
    ],
    ["theirs runs", record("r", "began"), undefined, [bo("r")], { state: "running", run: "r", by: "Bo", since: 5 }],
    ["theirs waits", record("r", "ok"), undefined, [bo("next")], { state: "queued", run: "next", by: "Bo" }],
    [
      "theirs runs and waits again",
      record("r", "began"),
      undefined,
      [bo("next", "r")],
      { state: "running", run: "r", by: "Bo", since: 5 },
    ],
    ["it began and nobody shows it", record("r", "began"), undefined, [bo()], { state: "interrupted", run: "r" }],
    [
      "it began, and another's waits",
      record("r", "began"),
      undefined,
      [bo("next")],
      { state: "queued", run: "next", by: "Bo" },
    ],
    ["it was stopped", record("r", "interrupted"), undefined, [], { state: "interrupted", run: "r" }],
  ])("when %s", (...[, given, own, others, expected]) => {
    expect(cellState({ cell, record: given, mine: own, others })).toEqual(expected);
  });
});

describe("collectOutput", () => {
  const stream = (name: "stdout" | "stderr", text: string): CellOutput => ({ output_type: "stream", name, text });
  const collect = (...outputs: CellOutput[]): readonly CellOutput[] =>
    outputs.reduce<readonly CellOutput[]>((all, output) => collectOutput(all, output, 3), []);

  it("joins what follows on one stream, and keeps the order", () => {
    const shown: CellOutput = { output_type: "display_data", data: { "text/plain": "x" }, metadata: {} };
    expect(
      collect(stream("stdout", "a"), stream("stdout", "b"), stream("stderr", "c"), shown, stream("stderr", "d")),
    ).toEqual([stream("stdout", "ab"), stream("stderr", "c"), shown, stream("stderr", "d")]);
  });
  it("numbers results", () => {
    const result = { output_type: "execute_result", data: {}, metadata: {}, execution_count: null } as const;
    expect(collect(result)).toEqual([{ ...result, execution_count: 3 }]);
  });
  it("ends with a notice at the limit", () => {
    const many = Array.from({ length: OUTPUT_COUNT_LIMIT * 2 }, (_, at) =>
      stream(at % 2 === 0 ? "stdout" : "stderr", "x"),
    );
    const outputs = collect(...many);
    expect(outputs).toHaveLength(OUTPUT_COUNT_LIMIT);
    expect(outputs.at(-1)).toMatchObject({ text: expect.stringContaining("output cut") as string });
  });
});
