import { describe, expect, it } from "vitest";
import type { AgentMessage } from "#shared/jobs/jobMessage.ts";
import { LEASE } from "#shared/jobs/requestedJob.ts";
import { nextRequesterTime } from "#shared/jobs/requesterMachine.ts";
import {
  ack,
  agent,
  chunk,
  connected,
  done,
  gone,
  job,
  request,
  RequesterBench,
  running,
  seen,
} from "../../../support/jobs/RequesterBench.ts";

describe("stepRequester given output", () => {
  it("reports each item once and in order, and ends after the last", () => {
    const bench = running();
    expect(bench.hears(chunk(0))).toEqual(["output 0"]);
    expect(bench.hears(chunk(0))).toEqual([]);
    expect(bench.hears(chunk(2))).toEqual(["need"]);
    expect(bench.hears(done(3))).toEqual([]);
    expect(bench.hears(chunk(1))).toEqual(["output 1", "output 2", "end executed", "rcv"]);
  });

  it("does not end before all output is here, and asks again when the end is repeated", () => {
    const bench = running();
    expect(bench.hears(done(2))).toEqual(["need"]);
    bench.waits(500);
    expect(bench.hears(done(2))).toEqual(["need"]);
    expect(bench.hears(chunk(0))).toEqual(["output 0"]);
    bench.waits(500);
    expect(bench.hears(chunk(1))).toEqual(["output 1", "end executed", "rcv"]);
  });

  it("makes room for more before the window is full", () => {
    const bench = running();
    const told = Array.from({ length: 32 }, (_, n) => bench.hears(chunk(n)).includes("got"));
    expect(told.filter(Boolean).length).toBe(4);
    expect(told.indexOf(true)).toBe(7);
  });

  it("learns of a lost last chunk from two heartbeats, not from one that overtook it", () => {
    const bench = running();
    bench.hears(chunk(0));
    expect(bench.beats(2)).toEqual([]);
    bench.waits(1_000);
    expect(bench.beats(2)).toEqual(["need"]);
  });

  it("stops believing an agent that sends too much", () => {
    const bench = running();
    const data = new Uint8Array(24 * 1024);
    let effects: readonly string[] = [];
    for (let n = 0; n < 1_100 && !effects.includes("end failed"); n++) {
      effects = bench.hears({ type: "chunk", job, attempt: 1, n, last: false, data });
    }
    expect(effects).toEqual(["end failed", "cancel"]);
  });
});

describe("stepRequester given a cancel", () => {
  it("ends a job at once that was offered to nobody", () => {
    const bench = new RequesterBench();
    bench.does(request);
    expect(bench.does({ type: "cancelled", job })).toEqual(["end cancelled"]);
  });

  it("tells the agent, repeats it, and ends as the agent says", () => {
    const bench = running();
    expect(bench.does({ type: "cancelled", job })).toEqual(["cancel"]);
    expect(bench.does({ type: "cancelled", job })).toEqual([]);
    expect(bench.waits(600)).toEqual(["cancel"]);
    const stopped: AgentMessage = { type: "done", job, attempt: 1, chunks: 0, end: { status: "cancelled" } };
    expect(bench.hears(stopped)).toEqual(["end cancelled", "rcv"]);
  });

  it("ends after three seconds, whatever the agent does, also offline", () => {
    for (const offline of [false, true]) {
      const bench = running();
      if (offline) bench.does({ type: "went-offline" });
      bench.does({ type: "cancelled", job });
      expect(bench.waits(2_999)).not.toContain("end executed");
      expect(bench.waits(1)).toContain("end executed");
    }
  });
});

describe("stepRequester given news of a job that ended", () => {
  it("acknowledges the end again, stops what still runs, and reports nothing", () => {
    const bench = running();
    bench.does(gone(true));
    bench.does({ type: "agent-seen", agent, incarnation: 1 });
    expect(bench.hears(chunk(0))).toEqual(["cancel"]);
    expect(bench.hears(ack)).toEqual(["cancel"]);
    expect(bench.beats()).toEqual(["cancel"]);
    expect(bench.hears(done())).toEqual(["rcv"]);
    expect(bench.hears({ type: "unknown", job })).toEqual([]);
  });

  it("is silent about jobs it never had: an earlier life may still be asked for them", () => {
    const bench = connected();
    for (const message of [done(), chunk(0), ack]) expect(bench.hears(message)).toEqual([]);
    expect(bench.beats()).toEqual([]);
  });
});

describe("stepRequester given a job of an earlier life", () => {
  const adopted = { ...request, offer: undefined };

  it("asks for all of it and ends like any other", () => {
    const bench = connected();
    expect(bench.does(adopted)).toEqual(["need"]);
    expect(bench.hears(chunk(0))).toEqual(["output 0"]);
    expect(bench.hears(done(1))).toEqual(["end executed", "rcv"]);
  });

  it("takes an end that comes by itself, before it could ask", () => {
    const bench = new RequesterBench();
    bench.does({ type: "went-online" });
    bench.does(adopted);
    bench.does(seen);
    expect(bench.hears(done())).toEqual(["end executed", "rcv"]);
  });

  it("is interrupted if the agent does not know it, is not there, or does not answer", () => {
    const bench = connected();
    bench.does(adopted);
    expect(bench.hears({ type: "unknown", job })).toEqual(["end interrupted"]);
    const absent = new RequesterBench();
    absent.does({ type: "went-online" });
    absent.does(adopted);
    expect(absent.waits(LEASE)).toEqual(["end interrupted"]);
    const silent = connected();
    silent.does(adopted);
    expect(silent.waits(5_000).at(-1)).toBe("end interrupted");
  });
});

describe("nextRequesterTime", () => {
  it("asks for nothing while no job lives, and never for an instant that is over", () => {
    const bench = connected();
    expect(nextRequesterTime(bench.state)).toBeUndefined();
    bench.does(request);
    for (let n = 0; n < 50 && bench.state.jobs.size > 0; n++) {
      const next = nextRequesterTime(bench.state)!;
      expect(next).toBeGreaterThan(bench.now);
      bench.does({ type: "time-passed" }, next - bench.now);
    }
    expect(bench.state.jobs.size).toBe(0);
  });
});
