import { expect, it } from "vitest";
import { CellId, type PeerId, type RunId } from "#shared/base/ids.ts";
import { ms, unixMs } from "#shared/base/units.ts";
import type { EndedEntry } from "#shared/session/control/EndedRuns.ts";
import type { AgentView } from "#shared/session/views.ts";
import type { QueueEntry } from "#shared/session/control/ExecutionControl.ts";
import { moveEntries } from "../../../renderer/jobs/moveEntries.ts";
import { cellName, withCellNames } from "../../../renderer/running/cellWords.ts";
import {
  computerInWords,
  jobsPerSecond,
  placesInWords,
  speedInWords,
  sumInWords,
  versionsInWords,
} from "../../../renderer/running/computerWords.ts";
import { endedInWords, leaseInWords } from "../../../renderer/running/endedWords.ts";
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
  expect(words({ state: "running", since: unixMs(2_000) })).toBe("Running here · 3 s");
  expect(words({ state: "stopping", since: unixMs(2_000) })).toBe("Being stopped · 3 s");
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

it("says how a run ended, where, and in how many tries", () => {
  const ended: EndedEntry = {
    ...{ run: "r" as RunId, cell: "c" as CellId, end: "ok", reason: "", where: "here", attempt: 1, log: "" },
    ...{ duration: ms(1_234), at: unixMs(0), place: { at: "here" } },
  };
  const words = (over: Partial<EndedEntry>): string => endedInWords({ ...ended, ...over });
  expect(words({})).toBe("Ran here · 1.2 s");
  expect(words({ where: "lab-3", attempt: 2 })).toBe("Ran on lab-3 · 1.2 s · attempt 2");
  expect(words({ end: "error", reason: "TypeError: no" })).toBe("Failed here · 1.2 s · TypeError: no");
  expect(words({ end: "interrupted", duration: undefined })).toBe("Interrupted here");
  expect(words({ end: "parked", reason: "it was tried 3 times", attempt: 3 })).toBe(
    "Parked: it was tried 3 times · attempt 3",
  );
});

it("says when an agent was heard of, and when it is given up", () => {
  expect(leaseInWords({ heard: ms(300), left: ms(3_200) })).toBe("Heard of just now · lease ends in 3 s");
  expect(leaseInWords({ heard: ms(2_400), left: ms(1_100) })).toBe("Heard of 2 s ago · lease ends in 1 s");
  expect(leaseInWords({ heard: ms(9_000), left: undefined })).toBe(
    "Heard of 9 s ago · lease stands still while offline",
  );
});

it("offers to move a run only to computers that would take it, and says what others lack", () => {
  const agent = (peer: string, more: Partial<AgentView>): AgentView => ({
    ...{ peer: peer as PeerId, name: peer, languages: ["javascript"], slots: 4, freeSlots: 3, isolationLevel: 3 },
    ...more,
  });
  const gpu = { labels: { gpu: "a100" } };
  const languages = ["javascript", "python"];
  const agents = [
    agent("has it", { ...gpu, languages }),
    agent("can", { ...gpu, languages }),
    agent("plain", { languages }),
    agent("no Python", gpu),
  ];
  const movable = { from: agents[0]!.peer, ...gpu, language: "python" };
  const entries = moveEntries(agents, movable, () => {});
  const shown = entries.flatMap((one) =>
    one !== "line" && "run" in one ? [[one.label, one.detail, one.disabled]] : [],
  );
  expect(shown).toEqual([
    ["Any computer", undefined, undefined],
    ["can", "3 of 4 places free · starts again there", false],
    ["plain", "Has no gpu=a100", true],
    ["no Python", "Does not run Python", true],
  ]);
});

it("says of a computer what it does, how fast, and with which programs", () => {
  const agent: AgentView = {
    ...{ peer: "p" as PeerId, name: "lab-3", languages: ["javascript"], slots: 4, freeSlots: 3, isolationLevel: 3 },
  };
  expect(computerInWords({ ...agent, labels: { gpu: "a100" } })).toBe("JavaScript · locked by the system · gpu=a100");
  expect(speedInWords(agent)).toBe("");
  expect(speedInWords({ ...agent, recent: 252, dispatch: ms(3.4) })).toBe("4.2 jobs/s · answers in 3 ms");
  expect(versionsInWords({ ...agent, versions: { deno: "2.9.6", python: "3.14" } })).toBe("deno 2.9.6 · python 3.14");
  expect(sumInWords([agent, { ...agent, freeSlots: 0 }])).toBe("3 of 8 places free");
  const others: AgentView[] = [
    { ...agent, refuses: true },
    { ...agent, draining: true },
  ];
  expect(sumInWords([agent, ...others])).toBe("3 of 4 places free");
  expect(sumInWords(others)).toBe("no places");
  expect([agent, ...others].map(placesInWords)).toEqual(["3 of 4 free", "takes none of yours", "takes no more"]);
  expect(sumInWords([agent, { ...agent, recent: 90 }])).toBe("6 of 8 places free · 1.5 jobs/s");
  expect([0, 1, 59, 600, 60_000].map(jobsPerSecond)).toEqual([
    ...["0 jobs/s", "0.02 jobs/s", "0.98 jobs/s", "10.0 jobs/s", "1000 jobs/s"],
  ]);
});

it("calls the cells of a printed trace by their place", () => {
  const [one, two] = [CellId.create(), CellId.create()];
  const printed = `File "meshbook:///${two}/7", line 4\n    at f (cell ${one} line 5:12)\nmeshbook:///${CellId.create()}/1`;
  expect(withCellNames(printed, [one, two])).toBe('File "cell 2", line 4\n    at f (cell 1 line 5:12)\na deleted cell');
  expect(withCellNames("cell x line 3, cell wall line 2", [one, two])).toBe("cell x line 3, cell wall line 2");
});
