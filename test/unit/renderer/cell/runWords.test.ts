import { describe, expect, it } from "vitest";
import { contentHashOfText } from "#shared/base/hash.ts";
import { PeerId, RunId } from "#shared/base/ids.ts";
import { ms, unixMs } from "#shared/base/units.ts";
import { parseRunRecord, writeRunRecord, type RunRecord } from "#shared/notebook/runRecord.ts";
import {
  activityInWords,
  brokenInWords,
  durationInWords,
  keptInWords,
  notRunInWords,
  runInWords,
} from "../../../../renderer/cell/run/runWords.ts";
import { placeAgain } from "../../../../renderer/jobs/placeAgain.ts";
import { fakeId } from "../../../support/fake/FakeMeshbook.ts";

const ME = fakeId("me");
const run = RunId.create();
const record = (change: Partial<RunRecord>): RunRecord => ({
  ...parseRunRecord({ run, status: "ok" })!,
  by: ME,
  byName: "Ana",
  duration: ms(12),
  ...change,
});

describe("runInWords", () => {
  it("says who ran a cell, where, and how long", () => {
    expect(runInWords(record({}), ME)).toBe("Ran here by Ana · 12 ms");
    const agent = PeerId.parse("lab3".padEnd(22, "A"))!;
    expect(runInWords(record({ where: { at: "agent", agent, name: "lab-3" } }), ME)).toBe(
      "Ran on lab-3 by Ana · 12 ms",
    );
  });

  it("does not call somebody else's computer here", () => {
    expect(runInWords(record({ by: fakeId("ben"), byName: "Ben" }), ME)).toBe("Ran by Ben on their computer · 12 ms");
  });

  it("says what a computer was asked to have, also when the page was loaded anew", () => {
    const agent = PeerId.parse("lab3".padEnd(22, "A"))!;
    const wanted = { gpu: "a100", room: "2.04" };
    const ran = record({ where: { at: "agent", agent, name: "lab-3", wanted } });
    const again = parseRunRecord(JSON.parse(JSON.stringify(writeRunRecord(ran))))!;
    expect(runInWords(again, ME)).toBe("Ran on lab-3 with gpu=a100, room=2.04 by Ana · 12 ms");
    expect(placeAgain(again.where)).toEqual({ at: "any", labels: wanted });
    const parked = parseRunRecord(
      writeRunRecord(record({ where: { at: "any", parked: "it crashed twice", wanted } })),
    )!;
    expect([runInWords(parked, ME), placeAgain(parked.where)]).toEqual([
      "Not run on any computer with gpu=a100, room=2.04 · asked by Ana",
      { at: "any", labels: wanted },
    ]);
    expect(placeAgain(record({ where: { at: "agent", agent, name: "lab-3" } }).where)).toBeUndefined();
  });

  it("takes for labels only what is some", () => {
    const where = { at: "any", wanted: { "<b>": "x" } };
    const hostile = parseRunRecord({ run, status: "ok", where })!;
    expect([runInWords(hostile, ME), placeAgain(hostile.where)]).toEqual([
      "Not run on any computer · asked by somebody",
      { at: "any" },
    ]);
    const many = Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`k${index}`, "v"]));
    expect(parseRunRecord({ run, status: "ok", where: { at: "any", wanted: many } })!.where).toEqual({ at: "any" });
  });

  it("says whether the result is kept, and why not", () => {
    const key = contentHashOfText("key");
    expect(runInWords(record({ kept: { key } }), ME)).toBe("Ran here by Ana · 12 ms · result kept");
    const refused = "f cannot travel to another computer: a function";
    expect(runInWords(record({ kept: { refused } }), ME)).toBe(`Ran here by Ana · 12 ms · result not kept: ${refused}`);
  });

  it("says whose kept result is shown, and of when", () => {
    const at = unixMs(new Date(2026, 10, 26, 14, 2).getTime());
    const from = { by: fakeId("ben"), name: "Ben", at };
    const later = new Date(2026, 10, 26, 17, 0).getTime();
    expect(keptInWords(from, ME, later)).toBe("Result kept from Ben’s run, 14:02");
    expect(keptInWords({ ...from, by: ME }, ME, later)).toBe("Result kept from your run, 14:02");
    expect(keptInWords(from, ME, later + 24 * 3_600_000)).toBe("Result kept from Ben’s run, yesterday 14:02");
  });

  it("says where nothing was executed, and why", () => {
    const agent = PeerId.parse("lab3".padEnd(22, "A"))!;
    const at = (where: RunRecord["where"]): string => notRunInWords({ where }, "it waited too long for a free slot");
    expect([
      at({ at: "agent", agent, name: "lab-3" }),
      at({ at: "any", parked: undefined, wanted: { gpu: "a100" } }),
      at({ at: "everybody" }),
    ]).toEqual([
      "Not run on lab-3: it waited too long for a free slot",
      "Not run on any computer with gpu=a100: it waited too long for a free slot",
      "Not run on any computer: it waited too long for a free slot",
    ]);
  });

  it("knows outputs that came with a file", () => {
    expect(runInWords(record({ status: "imported" }), ME)).toBe("Output from the imported file");
  });
});

describe("activityInWords", () => {
  const running = { state: "running", run, since: unixMs(1_000), outputs: [], mine: true, by: "" } as const;

  it("shows the time only after a second, and none below zero for a peer whose clock is ahead", () => {
    expect(activityInWords({ ...running, where: "here" }, 1_900)).toBe("Running here");
    expect(activityInWords({ ...running, where: "lab-3" }, 4_400)).toBe("Running on lab-3 · 3 s");
    expect(activityInWords({ ...running, where: "here", mine: false, by: "Ben" }, 0)).toBe("Ben is running this");
  });

  it("does not say that it runs on an agent before that says so", () => {
    const there = { ...running, where: "lab-3" } as const;
    expect(activityInWords({ ...there, waits: { on: "turn", state: "asked" } }, 0)).toBe("Sent to lab-3");
    expect(activityInWords({ ...there, waits: { on: "turn", state: "queued" } }, 3_000)).toBe("Waiting at lab-3 · 2 s");
  });

  it("shows the place in the queue", () => {
    const queued = { state: "queued", run, where: "here" } as const;
    expect(activityInWords({ ...queued, ahead: 0 }, 0)).toBe("Waiting · next");
    expect(activityInWords({ ...queued, ahead: 2, where: "lab-3" }, 0)).toBe("Waiting for lab-3 · 2 ahead");
  });
});

describe("brokenInWords", () => {
  it("says of a run whose page was closed only what is known", () => {
    const began = { status: "began" } as const;
    expect(brokenInWords({ ...began, where: { at: "here" } }, false)).toBe("Interrupted");
    expect(brokenInWords({ ...began, where: { at: "any", parked: undefined } }, false)).toContain("Not sent");
    const where = { at: "agent", agent: ME, name: "lab-3" } as const;
    expect(brokenInWords({ ...began, where }, false)).toBe(
      "Asked of lab-3 by somebody who has left: its result may still come",
    );
    expect(brokenInWords({ ...began, where }, true)).toContain("cannot read this notebook");
    expect(brokenInWords({ status: "interrupted", where }, false)).toBe("Interrupted");
  });
});

describe("durationInWords", () => {
  it("chooses the unit", () => {
    expect([0.4, 999, 1_234, 59_940, 125_000].map(durationInWords)).toEqual([
      "0 ms",
      "999 ms",
      "1.2 s",
      "59.9 s",
      "2 min 5 s",
    ]);
  });
});
