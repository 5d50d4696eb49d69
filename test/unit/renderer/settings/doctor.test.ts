import { describe, expect, it } from "vitest";
import { judgeOfflineStart } from "#shared/doctor/judgeOfflineStart.ts";
import { doctorReport } from "../../../../renderer/settings/doctor/doctorReport.ts";
import { storageInWords } from "../../../../renderer/settings/storage/storageWords.ts";
import { bytes } from "#shared/base/units.ts";

describe("the doctor's report", () => {
  it("says everything that was found, what to do, and nothing else", () => {
    const report = doctorReport(
      [
        { id: "hub", state: "ok", found: "The hub answers." },
        { id: "clock", state: "problem", found: "This clock is 2 hours behind.", advice: "Set it." },
      ],
      { origin: "http://192.168.1.5:8720", browser: "Firefox 140", online: false, time: new Date(0) },
    );
    expect(report).toBe(
      [
        "Meshbook connection report, 1970-01-01T00:00:00.000Z",
        "Page http://192.168.1.5:8720; the browser says it has no network",
        "Firefox 140",
        "",
        "[ok] Sync hub: The hub answers.",
        "[PROBLEM] Clock: This clock is 2 hours behind.",
        "    Set it.",
        "",
      ].join("\n"),
    );
  });
});

describe("judgeOfflineStart", () => {
  it("advises wherever the page would not start without its host", () => {
    const facts = ["desktop", "installed", "update-waiting", "not-yet", "impossible"] as const;
    expect(facts.map((fact) => [judgeOfflineStart(fact).state, judgeOfflineStart(fact).advice !== undefined])).toEqual([
      ["ok", false],
      ["ok", false],
      ["ok", false],
      ["warning", true],
      ["warning", true],
    ]);
  });
});

describe("storageInWords", () => {
  const state = { used: bytes(9_000_000), quota: bytes(10_000_000), kept: false };
  it("says what may happen to what is stored", () => {
    expect(storageInWords({ ...state, nearlyFull: false })).toMatch(
      /8\.6 MiB of 9\.5 MiB used, which the browser may clear/,
    );
    expect(storageInWords({ ...state, nearlyFull: false, kept: true })).toMatch(/kept until you delete it\.$/);
    expect(storageInWords({ ...state, nearlyFull: true })).toMatch(/nearly full: remove notebooks/);
  });
});
