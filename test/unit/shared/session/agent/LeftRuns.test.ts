import { describe, expect, it } from "vitest";
import type { PeerId } from "#shared/base/ids.ts";
import { createTraceParent } from "#shared/base/traceParent.ts";
import { ms } from "#shared/base/units.ts";
import { acceptOffer, addItem, finishJob, type AgentJob } from "#shared/jobs/agentJob.ts";
import type { JobKey } from "#shared/jobs/jobKey.ts";
import type { AgentEnd } from "#shared/jobs/jobMessage.ts";
import { encodeItem } from "#shared/jobs/outputLog.ts";
import { finishedRun } from "#shared/session/agent/finishedRun.ts";
import { LEFT_AFTER, LeftRuns } from "#shared/session/agent/LeftRuns.ts";
import { FakeClock } from "../../../../support/FakeClock.ts";
import { offerOf, peerOf } from "../../../../support/jobs/messages.ts";

const CONTEXT = createTraceParent();
const OK: AgentEnd = { status: "executed", end: { status: "ok" } };
const ended = (name: string, end: AgentEnd = OK): AgentJob => {
  const job = acceptOffer(peerOf("a"), offerOf(name), ms(0));
  const line = (text: string) => encodeItem([{ output_type: "stream", name: "stdout", text }]);
  return finishJob(addItem(addItem(job, line("one\n")), line("two\n")), end, ms(0));
};

class Bench {
  readonly clock = new FakeClock();
  readonly jobs = new Map<JobKey, AgentJob>();
  readonly here = new Set<PeerId>();
  readonly delivered: string[] = [];
  answer: "written" | "refused" | "later" = "written";
  readonly contexts: unknown[] = [];
  readonly left = new LeftRuns({
    clock: this.clock,
    state: () => this,
    contextOf: (key) => (key === ended("one").key ? CONTEXT : undefined),
    delivery: {
      deliver: (_notebook, body, context) => {
        this.contexts.push(context);
        this.delivered.push((JSON.parse(new TextDecoder().decode(body)) as { run: string }).run);
        return Promise.resolve(this.answer);
      },
    },
  });

  end(name: string): void {
    this.jobs.set(ended(name).key, ended(name));
    this.left.note();
  }
}

describe("LeftRuns", () => {
  it("delivers what ended once, when its requester has been away for a while", async () => {
    const bench = new Bench();
    bench.end("one");
    await bench.clock.advanceAsync(ms(LEFT_AFTER - 1));
    expect(bench.delivered).toEqual([]);
    await bench.clock.advanceAsync(ms(LEFT_AFTER + 10));
    bench.left.note();
    await bench.clock.advanceAsync(ms(60_000));
    expect(bench.delivered).toEqual(["one"]);
    expect(bench.contexts).toEqual([CONTEXT]);
  });

  it("delivers nothing of a requester that is here, or is back in time", async () => {
    const bench = new Bench();
    bench.here.add(peerOf("a"));
    bench.end("one");
    await bench.clock.advanceAsync(ms(60_000));
    bench.here.clear();
    bench.left.note();
    await bench.clock.advanceAsync(ms(LEFT_AFTER + 10));
    bench.here.add(peerOf("a"));
    await bench.clock.advanceAsync(ms(60_000));
    expect(bench.delivered).toEqual([]);
  });

  it("delivers at once what is left to whoever is away when the agent leaves, and counts what is in no notebook", async () => {
    const bench = new Bench();
    bench.end("one");
    expect([await bench.left.leave(LEFT_AFTER), bench.delivered]).toEqual([0, ["one"]]);
    bench.answer = "refused";
    bench.end("two");
    expect([await bench.left.leave(LEFT_AFTER), bench.delivered]).toEqual([1, ["one", "two"]]);
    bench.end("three");
    bench.here.add(peerOf("a"));
    expect([await bench.left.leave(LEFT_AFTER), bench.delivered]).toEqual([2, ["one", "two"]]);
  });

  it("asks a host again that could not be asked, and none that refused", async () => {
    const bench = new Bench();
    bench.answer = "later";
    bench.end("one");
    await bench.clock.advanceAsync(ms(2 * LEFT_AFTER + 5_000));
    const tries = bench.delivered.length;
    expect(tries).toBeGreaterThan(1);
    bench.answer = "refused";
    await bench.clock.advanceAsync(ms(300_000));
    expect(bench.delivered).toHaveLength(tries + 1);
  });
});

describe("finishedRun", () => {
  it("is what the requester would have written", () => {
    expect(finishedRun(ended("one"))).toMatchObject({
      status: "ok",
      outputs: [{ output_type: "stream", name: "stdout", text: "one\ntwo\n" }],
    });
    expect(finishedRun(ended("one", { status: "cancelled" }))?.status).toBe("interrupted");
    const failed = finishedRun(ended("one", { status: "failed", code: "failed", message: "no slot" }));
    expect(failed).toMatchObject({ status: "error", notRun: "no slot" });
    expect(failed?.outputs.at(-1)).toMatchObject({
      ename: "AgentError",
      evalue: expect.stringMatching(/no slot/) as string,
    });
    const lost = finishedRun(ended("one", { status: "failed", code: "kernel-lost", message: "it crashed" }));
    expect(lost?.status).toBe("interrupted");
    expect(lost).not.toHaveProperty("notRun");
  });
});
