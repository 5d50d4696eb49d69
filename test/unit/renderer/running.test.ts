import { expect, it } from "vitest";
import type { CellId, RunId } from "#shared/base/ids.ts";
import { unixMs } from "#shared/base/units.ts";
import type { QueueEntry } from "#shared/session/control/ExecutionControl.ts";
import { cellName } from "../../../renderer/running/cellWords.ts";
import { entryInWords } from "../../../renderer/running/QueueList.tsx";
import { limitInWords, TIME_LIMITS } from "../../../renderer/running/timeLimits.ts";

const entry: QueueEntry = {
  run: "r" as RunId,
  cell: "c" as CellId,
  state: "queued",
  where: "here",
  by: "",
  since: undefined,
  asked: true,
  canMoveUp: true,
  canMoveDown: true,
};

it("says of each entry of the queue what is so", () => {
  const words = (over: Partial<QueueEntry>): string => entryInWords({ ...entry, ...over }, unixMs(5_000));
  expect(words({})).toBe("Waiting to run here");
  expect(words({ asked: false })).toBe("Waiting, needed by another cell");
  expect(words({ where: "lab-3" })).toBe("Waiting to run on lab-3");
  expect(words({ state: "running", since: unixMs(2_000) })).toBe("Running here · 3.0 s");
  expect(words({ state: "stopping", since: unixMs(2_000) })).toBe("Being stopped · 3.0 s");
  expect(words({ state: "running", by: "Ben" })).toBe("Ben runs this");
});

it("calls time limits as people do", () => {
  const all = ["10 seconds", "1 minute", "10 minutes", "1 hour", "6 hours", "No limit"];
  expect(TIME_LIMITS.map(limitInWords)).toEqual(all);
});

it("calls a cell by its place, and says when it is gone", () => {
  expect(cellName(["a", "b"] as CellId[], "b" as CellId)).toBe("cell 2");
  expect(cellName(["a"] as CellId[], "b" as CellId)).toBe("a deleted cell");
});
