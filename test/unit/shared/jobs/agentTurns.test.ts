import { describe, expect, it } from "vitest";
import { ms } from "#shared/base/units.ts";
import { heartbeatOf } from "#shared/jobs/agentMachine.ts";
import { jobKey } from "#shared/jobs/jobKey.ts";
import { a, AgentBench, b, job, kernel, ok } from "../../../support/jobs/AgentBench.ts";
import { offerOf, runOf } from "../../../support/jobs/messages.ts";

function running(): AgentBench {
  const bench = new AgentBench();
  expect(bench.hears(offerOf("job-1"))).toEqual(["start job-1", "ack running"]);
  return bench;
}

describe("stepAgent given a later attempt of a job", () => {
  const second = offerOf("job-1", { attempt: 2, fence: 2, ...kernel("k2") });

  it("stops the one before it, and tells nobody how that ended", () => {
    const bench = running();
    expect(bench.hears(second)).toEqual(["stop job-1", "ack queued"]);
    expect(heartbeatOf(bench.state).jobs).toEqual([{ job, chunks: 0 }]);
    expect(bench.ends({ status: "executed", end: { status: "interrupted", stateLost: true } })).toEqual([
      "start job-1",
      "ack running",
    ]);
    expect(bench.ends(ok, jobKey(a, job, 2))).toEqual(["done"]);
  });

  it("forgets the one before it that ended", () => {
    const bench = running();
    bench.ends();
    expect(bench.hears(second)).toEqual(["start job-1", "ack running"]);
    expect(bench.state.jobs.size).toBe(1);
  });

  it("never goes back to an earlier one", () => {
    const bench = new AgentBench();
    bench.hears(second);
    expect(bench.hears(offerOf("job-1"))).toEqual([]);
    bench.ends(ok, jobKey(a, job, 2));
    bench.hears({ type: "rcv", job, attempt: 2 });
    expect(bench.hears(offerOf("job-1"))).toEqual([]);
    expect(bench.hears({ type: "cancel", job, attempt: 1 })).toEqual([]);
  });

  it("is not touched by what is said about the earlier one", () => {
    const bench = new AgentBench();
    bench.hears(second);
    expect(bench.hears({ type: "cancel", job, attempt: 1 })).toEqual(["done"]);
    expect(bench.hears({ type: "need", job, attempt: 2, from: 0 })).toEqual(["ack running"]);
    expect(bench.hears({ type: "need", job, from: 0 })).toEqual(["ack running"]);
  });
});

describe("stepAgent given a recall", () => {
  it("gives a job back that has not started, also when its offer comes later", () => {
    const bench = running();
    bench.hears(offerOf("job-2"));
    expect(bench.hears({ type: "recall", job: runOf("job-2") })).toEqual(["done"]);
    expect(bench.hears({ type: "recall", job: runOf("job-3") })).toEqual(["done"]);
    expect(bench.hears(offerOf("job-3"))).toEqual(["done"]);
  });

  it("keeps one that has started", () => {
    const bench = running();
    expect(bench.hears({ type: "recall", job })).toEqual(["ack running"]);
    bench.ends();
    expect(bench.hears({ type: "recall", job })).toEqual(["done"]);
  });
});

describe("stepAgent with jobs of several requesters", () => {
  it("lets them take turns, however many jobs one of them has", () => {
    const bench = running();
    for (const n of [2, 3, 4]) bench.hears(offerOf(`job-${n}`, kernel(`k${n}`)));
    bench.hears(offerOf("job-5", kernel("k5")), b);
    bench.now += 20;
    expect(bench.ends()).toContain("start job-5");
    bench.now += 20;
    expect(bench.ends(ok, jobKey(b, runOf("job-5")))).toContain("start job-2");
  });

  it("starts the most urgent first, and what waited for long before what came now", () => {
    const bench = running();
    bench.hears(offerOf("job-2", { priority: 9, ttl: ms(600_000), ...kernel("k2") }));
    bench.hears(offerOf("job-3", { priority: 3, ...kernel("k3") }));
    expect(bench.ends()).toContain("start job-3");
    bench.now += 9 * 30_000;
    bench.hears(offerOf("job-4", { priority: 1, ...kernel("k4") }));
    expect(bench.ends(ok, jobKey(a, runOf("job-3")))).toContain("start job-2");
  });

  it("grants each a window: its part of the slots, and more of what is short", () => {
    const bench = new AgentBench(4);
    const credits = () => heartbeatOf(bench.state).credits;
    bench.hears(offerOf("job-1"));
    expect(credits()).toEqual([{ peer: a, credit: 4 }]);
    bench.hears(offerOf("job-1"), b);
    expect(credits()).toEqual([
      { peer: a, credit: 2 },
      { peer: b, credit: 2 },
    ]);
    bench.now += 10;
    bench.ends();
    bench.hears(offerOf("job-2"));
    expect(credits()?.find(({ peer }) => peer === a)?.credit).toBe(2 + 30);
  });
});

describe("stepAgent told that a kernel was started", () => {
  it("counts only what the job took after that, and the start the same for everybody", () => {
    const [quick, slow] = [30, 900].map((starting) => {
      const bench = new AgentBench();
      bench.hears(offerOf("job-1"));
      bench.does({ type: "kernel-started", key: jobKey(a, job) }, starting);
      bench.does({ type: "execution-ended", key: jobKey(a, job), end: ok }, 3);
      const { used, mean, owed } = bench.state.shares.of.get(a)!;
      return { used, mean, owed };
    });
    expect(slow).toEqual(quick);
    expect(slow).toEqual({ used: 103, mean: 3, owed: 0 });
  });
});
