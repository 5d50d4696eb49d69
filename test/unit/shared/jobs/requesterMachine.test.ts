import { describe, expect, it } from "vitest";
import { ms } from "#shared/base/units.ts";
import { GONE_PATIENCE, LEASE } from "#shared/jobs/requestedJob.ts";
import {
  ack,
  agent,
  beating,
  chunk,
  connected,
  done,
  gone,
  job,
  offered,
  other,
  request,
  RequesterBench,
  running,
  seen,
} from "../../../support/jobs/RequesterBench.ts";

describe("stepRequester given a request", () => {
  it("offers the job at once to an agent that is here", () => {
    expect(connected().does(request)).toEqual(["offer"]);
  });

  it("waits until it is online, and until the agent is here", () => {
    const bench = new RequesterBench();
    expect(bench.does(request)).toEqual([]);
    expect(bench.waits(60_000)).toEqual([]);
    expect(bench.does({ type: "went-online" })).toEqual([]);
    expect(bench.does(seen)).toEqual(["offer"]);
  });

  it("gives up on an agent that does not come", () => {
    const bench = new RequesterBench();
    bench.does({ type: "went-online" });
    bench.does(request);
    expect(bench.waits(LEASE)).toEqual(["end failed"]);
  });

  it("knows a job by its id: the same request again changes nothing", () => {
    const bench = offered();
    expect(bench.does(request)).toEqual([]);
    bench.hears(done());
    expect(bench.does(request)).toEqual([]);
    expect(bench.state.jobs.size).toBe(0);
  });
});

describe("stepRequester while an offer is unanswered", () => {
  it("repeats it, more and more slowly, and gives up after five seconds", () => {
    const bench = offered();
    expect(bench.waits(4_999)).toEqual(["offer", "offer", "offer"]);
    // One that has it after all must not run what was said not to have run.
    expect(bench.waits(1)).toEqual(["end failed", "cancel"]);
  });

  it("offers again what an agent that is about to leave gives back, but nothing that began there", () => {
    const bench = offered();
    bench.hears({ type: "ack", job, attempt: 1, state: "queued" });
    expect(bench.hears({ type: "busy", job, attempt: 1, retry: ms(1_000) })).toEqual([]);
    bench.does(gone(true));
    expect(bench.waits(2_000)).toEqual([]);
    expect(bench.does({ type: "agent-seen", agent, incarnation: 2 })).toEqual(["offer"]);
    bench.hears(ack);
    expect(bench.hears({ type: "busy", job, attempt: 1, retry: ms(1_000) })).toEqual([]);
    expect(bench.waits(2_900)).toContain("need");
  });

  it("ends the attempt of a movable job that is given back, so that another agent gets it", () => {
    const bench = connected();
    bench.does({ ...request, movable: true });
    bench.hears({ type: "ack", job, attempt: 1, state: "queued" });
    expect(bench.hears({ type: "busy", job, attempt: 1, retry: ms(1_000) })).toEqual(["end busy"]);
  });

  it("offers again after the time a busy agent named, for as long as that takes", () => {
    const bench = offered();
    for (let round = 0; round < 20; round++) {
      expect(bench.hears({ type: "busy", job, retry: ms(1_000) })).toEqual([]);
      expect(bench.waits(1_000)).toEqual(["offer"]);
    }
    expect(bench.hears(ack)).toEqual(["taken running"]);
  });

  it("takes what the agent does as an answer, though the answer itself was lost", () => {
    expect(offered().hears(done())).toEqual(["end executed", "rcv"]);
    const bench = offered();
    expect(bench.hears(chunk(0))).toEqual(["output 0"]);
    expect(bench.waits(1_500)).toEqual([]);
  });

  it("does not believe that the agent forgot a job it was only just offered", () => {
    expect(offered().hears({ type: "unknown", job })).toEqual([]);
  });
});

describe("stepRequester while a job runs", () => {
  it("goes on for hours as long as heartbeats list the job", () => {
    expect(beating(running(), 3_600)).toEqual([]);
  });

  it("asks when it hears nothing, then calls the job interrupted when its lease is over", () => {
    const bench = running();
    const effects = bench.waits(LEASE);
    expect(effects.slice(0, -2)).toEqual(["need", "need"]);
    expect(effects.slice(-2)).toEqual(["end interrupted", "cancel"]);
  });

  it("is not satisfied by heartbeats that do not list it", () => {
    const bench = running();
    for (let n = 0; n < 3; n++) {
      bench.waits(1_000);
      bench.does({ type: "heartbeat-received", from: agent, jobs: [] });
    }
    expect(bench.waits(1_000)).toContain("end interrupted");
  });

  it("hears nobody but its agent", () => {
    const bench = running();
    for (const message of [done(), chunk(0), ack, { type: "unknown", job } as const]) {
      expect(bench.hears(message, other)).toEqual([]);
    }
    expect(bench.beats(5, other)).toEqual([]);
    expect(bench.state.jobs.size).toBe(1);
  });

  it("hears nothing of another attempt", () => {
    expect(running().hears({ type: "done", job, attempt: 2, chunks: 0, end: { status: "cancelled" } })).toEqual([]);
  });

  it("asks the agent's new life, which may have its end on disk, and offers it no more", () => {
    const reborn = () => {
      const bench = running();
      expect(bench.does({ type: "agent-seen", agent, incarnation: 2 })).toEqual(["need"]);
      return bench;
    };
    expect(reborn().hears(done())).toEqual(["end executed", "rcv"]);
    expect(reborn().hears({ type: "unknown", job })).toEqual(["end interrupted"]);
    // An agent that answers nothing has lost it as well.
    expect(new Set(reborn().waits(LEASE))).toEqual(new Set(["need", "end interrupted"]));
  });

  it("ends at once when the agent says it leaves", () => {
    expect(running().does(gone(true))).toEqual(["end interrupted"]);
  });

  it("waits a moment when the agent's connection broke", () => {
    const bench = running();
    expect(bench.does(gone(false))).toEqual([]);
    expect(bench.waits(GONE_PATIENCE - 1)).toEqual([]);
    expect(bench.waits(1)).toContain("end interrupted");
  });

  it("goes on when the agent is back in time, and asks what it missed", () => {
    const bench = running();
    bench.does(gone(false));
    bench.waits(500);
    expect(bench.does(seen)).toEqual(["need"]);
    expect(beating(bench, 10)).toEqual([]);
  });

  it("ends when the agent does not know it any more", () => {
    expect(running().hears({ type: "unknown", job })).toEqual(["end interrupted"]);
  });
});

describe("stepRequester when we are offline", () => {
  it("gives nothing up, however long it takes, and asks when it is back", () => {
    const bench = running();
    bench.does({ type: "went-offline" });
    expect(bench.waits(3_600_000)).toEqual([]);
    expect(bench.does({ type: "went-online" })).toEqual(["need"]);
    expect(bench.hears(done())).toEqual(["end executed", "rcv"]);
  });

  it("gives the agent time to come back too, when both lost the broker", () => {
    const bench = running();
    bench.does({ type: "went-offline" });
    bench.does(gone(false));
    bench.waits(700);
    bench.does({ type: "went-online" });
    bench.waits(LEASE);
    expect(bench.does(seen)).toEqual(["need"]);
    expect(bench.hears(ack)).toEqual(["taken running"]);
  });

  it("still calls it interrupted if the agent is not heard after that", () => {
    const bench = running();
    bench.does({ type: "went-offline" });
    bench.waits(10_000);
    bench.does({ type: "went-online" });
    expect(bench.waits(LEASE + 3_000)).toContain("end interrupted");
  });

  it("repeats an offer it could not send", () => {
    const bench = offered();
    bench.does({ type: "went-offline" });
    bench.waits(60_000);
    expect(bench.does({ type: "went-online" })).toEqual(["offer"]);
  });
});

describe("stepRequester after it stood still itself", () => {
  it("reads what waits before it gives anything up", () => {
    const bench = running();
    expect(bench.does({ type: "time-passed" }, 60_000)).toEqual(["need"]);
    expect(bench.beats()).toEqual([]);
    expect(beating(bench, 5)).toEqual([]);
  });

  it("does so too when it stood still for a second or two, as where much output comes to a slow computer", () => {
    const bench = running();
    bench.waits(2_600);
    expect(bench.does({ type: "time-passed" }, 1_000)).not.toContain("end interrupted");
    expect(bench.beats()).toEqual([]);
    expect(beating(bench, 5)).toEqual([]);
  });

  it("does so only once: an agent that is gone is not waited for again", () => {
    const bench = running();
    bench.does({ type: "time-passed" }, 60_000);
    expect(bench.does({ type: "time-passed" }, 60_000)).toContain("end interrupted");
  });
});

describe("stepRequester given a question", () => {
  const ask = (question: number, over?: true) =>
    ({ type: "ask", job, attempt: 1, question, prompt: `q${question}`, secret: false, ...(over && { over }) }) as const;

  it("reports it once, and answers as often as it is asked", () => {
    const bench = running();
    expect(bench.hears(ask(1))).toEqual(["question q1"]);
    expect(bench.hears(ask(1))).toEqual([]);
    expect(bench.does({ type: "answered", job, text: "7" })).toEqual(["answer"]);
    expect(bench.does({ type: "answered", job, text: "8" })).toEqual([]);
    expect(bench.hears(ask(1))).toEqual(["answer"]);
    expect(bench.hears(ask(2))).toEqual(["question q2"]);
    expect(bench.hears(ask(1))).toEqual([]);
  });

  it("renews the lease by it", () => {
    const bench = running();
    for (let n = 0; n < 10; n++) {
      bench.hears(ask(1));
      expect(bench.waits(1_900)).not.toContain("end interrupted");
    }
  });

  it("takes it away when it is given up, and answers it no more", () => {
    const bench = running();
    bench.hears(ask(1));
    expect(bench.hears(ask(1, true))).toEqual(["question over"]);
    expect(bench.hears(ask(1, true))).toEqual([]);
    expect(bench.does({ type: "answered", job, text: "7" })).toEqual([]);
  });

  it("hears no other agent's", () => {
    expect(running().hears(ask(1), other)).toEqual([]);
  });
});
