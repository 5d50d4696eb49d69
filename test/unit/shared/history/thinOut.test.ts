import { describe, expect, it } from "vitest";
import { bytes, seconds, unixMs } from "#shared/base/units.ts";
import { HOST_LIMITS, thinOut, versionRefusal, type HistoryLimits } from "#shared/history/thinOut.ts";
import type { DatedState } from "#shared/ports/HistoryStore.ts";
import { datedState } from "../../../support/history/datedState.ts";

const MINUTE = seconds(60);
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOW = unixMs(1_800_000_000_000);

/** States at these ages, oldest first. */
const aged = (ages: readonly number[], change: Partial<DatedState> = {}): DatedState[] =>
  [...ages]
    .sort((one, other) => other - one)
    .map((age, index) => datedState(index, { at: unixMs(NOW - age), ...change }));

const keptAges = (states: readonly DatedState[], limits: HistoryLimits = HOST_LIMITS): number[] => {
  const { drop } = thinOut(states, NOW, limits);
  return states.filter(({ id }) => !drop.includes(id)).map(({ at }) => NOW - at);
};
const version = { name: "Handed in", by: "Ana", at: NOW };

describe("thinOut", () => {
  it("keeps everything of the last hour", () => {
    const ages = Array.from({ length: 50 }, (_, index) => index * MINUTE);
    expect(keptAges(aged(ages))).toHaveLength(50);
  });

  it("keeps the last of each hour for a day", () => {
    const start = NOW % HOUR;
    // Two hours back, both within one hour of the clock.
    const ages = [start + 2 * HOUR + 10 * MINUTE, start + 2 * HOUR + 5 * MINUTE, 0];
    expect(keptAges(aged(ages))).toEqual([start + 2 * HOUR + 5 * MINUTE, 0]);
  });

  it("keeps the last of each day for a term, then of each month", () => {
    const day = NOW % DAY;
    const ages = [day + 20 * DAY + 3 * HOUR, day + 20 * DAY + HOUR, day + 10 * DAY, 0];
    expect(keptAges(aged(ages))).toEqual([day + 20 * DAY + HOUR, day + 10 * DAY, 0]);
    const years = Array.from({ length: 24 }, (_, index) => 200 * DAY + index * 15 * DAY);
    expect(keptAges(aged([...years, 0])).length).toBeLessThanOrEqual(15);
  });

  it("keeps what was there before a great deletion for a day, whatever its hour", () => {
    const start = NOW % HOUR;
    const rescue = datedState(0, { at: unixMs(NOW - start - 2 * HOUR - 9 * MINUTE), cause: "before-deletion" });
    const after = datedState(1, { at: unixMs(NOW - start - 2 * HOUR - 8 * MINUTE) });
    const newest = datedState(2, { at: NOW });
    expect(thinOut([rescue, after, newest], NOW, HOST_LIMITS).drop).toEqual([]);
    const later = unixMs(NOW + 2 * DAY);
    expect(thinOut([rescue, after, { ...newest, at: later }], later, HOST_LIMITS).drop).toEqual([rescue.id]);
  });

  it("never drops named versions or the newest state, even beyond the limits", () => {
    const named = aged([3 * DAY, 2 * DAY, DAY], { version });
    const limits = { ...HOST_LIMITS, states: 1, bytes: bytes(1) };
    expect(thinOut([...named, datedState(9, { at: NOW })], NOW, limits).drop).toEqual([]);
  });

  it("drops the state that stands closest to its neighbour for its age when there is no room", () => {
    const states = aged([50 * MINUTE, 49 * MINUTE, 20 * MINUTE, 0]);
    expect(keptAges(states, { ...HOST_LIMITS, states: 3 })).toEqual([49 * MINUTE, 20 * MINUTE, 0]);
  });

  it("hands what a dropped state says of authors to the next", () => {
    const contribution = { client: 1, first: unixMs(1), last: unixMs(2) };
    const [old, kept, newest] = aged([50 * MINUTE, 49 * MINUTE, 0]);
    const states = [
      { ...old!, contributions: [{ ...contribution, from: 0, to: 5 }], deleters: [8] },
      { ...kept!, contributions: [{ ...contribution, from: 5, to: 9, last: unixMs(4) }], deleters: [9] },
      newest!,
    ];
    const { drop, put } = thinOut(states, NOW, { ...HOST_LIMITS, states: 2 });
    expect(drop).toEqual([old!.id]);
    expect(put).toEqual([
      { ...kept!, contributions: [{ ...contribution, from: 0, to: 9, last: unixMs(4) }], deleters: [8, 9] },
    ]);
  });
});

describe("versionRefusal", () => {
  const limits: HistoryLimits = {
    states: 100,
    bytes: bytes(10_000),
    versions: 3,
    versionShare: 0.5,
    unkept: HOST_LIMITS.unkept,
  };

  it("counts named versions", () => {
    expect(versionRefusal(aged([1, 2], { version, size: bytes(1) }), 1, limits)).toBeUndefined();
    expect(versionRefusal(aged([1, 2, 3], { version, size: bytes(1) }), 1, limits)).toBe("too-many-versions");
  });

  it("leaves room for what happens", () => {
    expect(versionRefusal(aged([1], { version, size: bytes(4_000) }), 2_000, limits)).toBe("too-large");
    expect(versionRefusal(aged([1], { size: bytes(9_000) }), 2_000, limits)).toBeUndefined();
  });
});
