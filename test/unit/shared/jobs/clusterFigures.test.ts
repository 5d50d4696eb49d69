// The figures about agents and jobs that people look at.

import { describe, expect, it } from "vitest";
import type { PeerId } from "#shared/base/ids.ts";
import { median } from "#shared/base/median.ts";
import { ms } from "#shared/base/units.ts";
import { DispatchTimes } from "#shared/jobs/dispatch/DispatchTimes.ts";
import { leaseOf } from "#shared/jobs/jobLease.ts";
import { MinuteCount } from "#shared/jobs/MinuteCount.ts";
import type { RequestedJob } from "#shared/jobs/requestedJob.ts";

it("finds the middle", () => {
  expect([median([3, 1, 2]), median([4, 1, 2, 3]), median([7]), median([])]).toEqual([2, 2.5, 7, NaN]);
});

describe("MinuteCount", () => {
  it("counts what is not older than a minute", () => {
    const count = new MinuteCount();
    for (const at of [100, 900, 1_000, 30_000]) count.add(ms(at));
    expect(count.count(ms(30_500))).toBe(4);
    expect(count.count(ms(60_000))).toBe(2);
    expect(count.count(ms(61_000))).toBe(1);
    expect(count.count(ms(95_000))).toBe(0);
  });

  it("starts at any instant, and outlasts a long silence", () => {
    const count = new MinuteCount();
    count.add(ms(7_654_321));
    expect(count.count(ms(7_654_400))).toBe(1);
    count.add(ms(99_000_000));
    expect(count.count(ms(99_000_500))).toBe(1);
  });
});

it("tells the median of the last dispatches to an agent", () => {
  const [lab, ben] = ["lab" as PeerId, "ben" as PeerId];
  const times = new DispatchTimes();
  for (let index = 0; index < 40; index++) times.note(lab, ms(100));
  for (let index = 0; index < 20; index++) times.note(lab, ms(3));
  expect([times.median(lab), times.median(ben)]).toEqual([3, undefined]);
});

describe("leaseOf", () => {
  const job = { stage: "running", heard: ms(1_000), deadline: ms(4_500) } as RequestedJob;

  it("says how long ago the agent was heard of, and when it is given up", () => {
    expect(leaseOf(job, true, ms(2_200))).toEqual({ heard: 1_200, left: 2_300 });
  });

  it("stands still while we are offline", () => {
    expect(leaseOf(job, false, ms(9_000))).toEqual({ heard: 8_000, left: undefined });
  });

  it("is none before the agent has the job", () => {
    expect(leaseOf({ ...job, stage: "asked", heard: undefined }, true, ms(2_000))).toBeUndefined();
  });
});
