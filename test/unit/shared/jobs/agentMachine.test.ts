import { describe, expect, it } from "vitest";
import { ms } from "#shared/base/units.ts";
import { freeSlots, heartbeatOf, stepAgent } from "#shared/jobs/agentMachine.ts";
import { jobKey } from "#shared/jobs/jobKey.ts";
import { CHUNK_LIMIT } from "#shared/jobs/jobMessage.ts";
import { SEND_WINDOW } from "#shared/jobs/outputLog.ts";
import { a, AgentBench, b, job, kernel, key, ok } from "../../../support/jobs/AgentBench.ts";
import { offerOf, runOf } from "../../../support/jobs/messages.ts";

function running(): AgentBench {
  const bench = new AgentBench();
  expect(bench.hears(offerOf("job-1"))).toEqual(["start job-1", "ack running"]);
  return bench;
}

describe("stepAgent given an offer", () => {
  it("starts it and says so", () => {
    const bench = running();
    expect(heartbeatOf(bench.state).jobs).toEqual([{ job, chunks: 0 }]);
    expect(freeSlots(bench.state)).toBe(0);
  });

  it("starts a job once, however often it is offered, and tells what it knows of it", () => {
    const bench = running();
    expect(bench.hears(offerOf("job-1"))).toEqual(["ack running"]);
    bench.ends();
    expect(bench.hears(offerOf("job-1"))).toEqual(["done"]);
    bench.hears({ type: "rcv", job });
    expect(bench.hears(offerOf("job-1"))).toEqual([]);
  });

  it("keeps jobs of two requesters apart that have the same id", () => {
    const bench = new AgentBench(2);
    bench.hears(offerOf("job-1"));
    expect(bench.hears(offerOf("job-1"), b)).toEqual(["start job-1", "ack running to b"]);
    expect(bench.ends(ok, jobKey(b, job))).toEqual(["done to b"]);
    expect(bench.hears({ type: "need", job, from: 0 })).toEqual(["ack running"]);
  });

  it("lets jobs wait for a slot and starts them in their order", () => {
    const bench = running();
    expect(bench.hears(offerOf("job-2", kernel("k2")))).toEqual(["ack queued"]);
    expect(bench.hears(offerOf("job-3", kernel("k3")))).toEqual(["ack queued"]);
    expect(bench.ends()).toEqual(["done", "start job-2", "ack running"]);
    expect(bench.ends(ok, jobKey(a, runOf("job-2")))).toEqual(["done", "start job-3", "ack running"]);
  });

  it("executes one job per kernel at a time, and others meanwhile", () => {
    const bench = new AgentBench(2);
    bench.hears(offerOf("job-1"));
    expect(bench.hears(offerOf("job-2"))).toEqual(["ack queued"]);
    expect(bench.hears(offerOf("job-3", kernel("other")))).toEqual(["start job-3", "ack running"]);
    expect(bench.ends()).toEqual(["done", "start job-2", "ack running"]);
  });

  it("says busy to a requester that has too many waiting, and not to another", () => {
    const bench = running();
    for (let n = 2; n <= 128; n++) bench.hears(offerOf(`job-${n}`));
    expect(bench.hears(offerOf("job-129"))).toEqual(["busy"]);
    expect(bench.hears(offerOf("job-1"), b)).toEqual(["ack queued to b"]);
  });

  it("ends a job that waited longer than its offer allows", () => {
    const bench = running();
    bench.hears(offerOf("job-2", { ttl: ms(5_000) }));
    expect(bench.waits(4_999)).toEqual([]);
    expect(bench.waits(1)).toEqual(["done"]);
    expect(bench.ends()).toEqual(["done"]);
  });

  it("obeys no offer of a peer that lost the right to the job", () => {
    const bench = new AgentBench();
    bench.hears(offerOf("job-1", { fence: 5 }));
    expect(bench.hears(offerOf("job-1", { fence: 4 }))).toEqual([]);
    expect(bench.hears(offerOf("job-1", { fence: 6 }))).toEqual(["ack running"]);
    expect(bench.hears(offerOf("job-1", { fence: 5 }))).toEqual([]);
  });
});

describe("stepAgent given output", () => {
  it("sends it at once, numbered", () => {
    const bench = running();
    expect(bench.prints("[1]")).toEqual(["chunk 0"]);
    expect(bench.prints("[2]")).toEqual(["chunk 1"]);
    expect(heartbeatOf(bench.state).jobs).toEqual([{ job, chunks: 2 }]);
    expect(bench.ends()).toEqual(["done"]);
  });

  it("sends no more than the window holds until the requester got some, and the end after the last", () => {
    const bench = running();
    const large = "x".repeat(CHUNK_LIMIT * (SEND_WINDOW + 8));
    expect(bench.prints(large)).toHaveLength(SEND_WINDOW);
    expect(bench.ends()).toEqual([]);
    expect(bench.hears({ type: "got", job, next: 4 })).toEqual([32, 33, 34, 35].map((n) => `chunk ${n}`));
    expect(bench.hears({ type: "got", job, next: 32 })).toEqual([
      "chunk 36",
      "chunk 37",
      "chunk 38",
      "chunk 39",
      "done",
    ]);
  });

  it("sends again from where the requester says, and its state when nothing is missing", () => {
    const bench = running();
    for (const text of ["[1]", "[2]", "[3]"]) bench.prints(text);
    expect(bench.hears({ type: "need", job, from: 1 })).toEqual(["chunk 1", "chunk 2"]);
    expect(bench.hears({ type: "need", job, from: 3 })).toEqual(["ack running"]);
    bench.ends();
    expect(bench.hears({ type: "need", job, from: 0 })).toEqual(["chunk 0", "chunk 1", "chunk 2", "done"]);
    expect(bench.hears({ type: "need", job, from: 99 })).toEqual(["done"]);
  });

  it("repeats the end when the window is stuck, so that the requester asks", () => {
    const bench = running();
    bench.prints("x".repeat(CHUNK_LIMIT * (SEND_WINDOW + 1)));
    bench.ends();
    expect(bench.waits(1_000)).toContain("done");
  });
});

describe("stepAgent after a job ended", () => {
  it("repeats the end ever more slowly until it is received, then forgets the job", () => {
    const bench = running();
    bench.ends();
    expect(bench.waits(500)).toEqual(["done"]);
    expect(bench.waits(999)).toEqual([]);
    expect(bench.waits(1)).toEqual(["done"]);
    expect(bench.waits(120_000).length).toBeLessThan(10);
    expect(bench.hears({ type: "rcv", job })).toEqual([]);
    expect(bench.waits(120_000)).toEqual([]);
    expect(bench.state.jobs.size).toBe(0);
  });

  it("sends nothing to a requester that is away, and everything when it is back", () => {
    const bench = running();
    bench.does({ type: "requester-gone", requester: a });
    expect(bench.prints("[1]")).toEqual([]);
    expect(bench.ends()).toEqual([]);
    expect(bench.waits(3_600_000)).toEqual([]);
    expect(bench.does({ type: "requester-seen", requester: a })).toEqual(["done"]);
    expect(bench.hears({ type: "need", job, from: 0 })).toEqual(["chunk 0", "done"]);
  });

  it("never changes the end", () => {
    const bench = running();
    bench.ends();
    expect(bench.ends({ status: "cancelled" })).toEqual([]);
    expect(bench.prints("late")).toEqual([]);
    const step = stepAgent(bench.state, {
      type: "message-received",
      from: a,
      message: { type: "need", job, from: 0 },
      at: ms(0),
    });
    expect(step.effects).toEqual([
      { type: "send", to: a, message: { type: "done", job, attempt: 1, chunks: 0, end: ok, credit: 65 } },
    ]);
  });

  it("gives up on a requester that stays away for a day", () => {
    const bench = running();
    bench.does({ type: "requester-gone", requester: a });
    bench.ends();
    bench.waits(24 * 3_600_000 - 1);
    expect(bench.state.jobs.size).toBe(1);
    bench.waits(1);
    expect(bench.state.jobs.size).toBe(0);
  });

  it("drops the oldest results when they are too large together", () => {
    const bench = new AgentBench();
    bench.does({ type: "requester-gone", requester: a });
    for (let n = 0; n < 20; n++) {
      bench.hears(offerOf(`job-${n}`));
      bench.does({ type: "requester-gone", requester: a });
      const of = jobKey(a, runOf(`job-${n}`));
      bench.does({ type: "output-made", key: of, item: new Uint8Array(20 * 1024 * 1024) });
      bench.ends(ok, of);
    }
    const left = [...bench.state.jobs.values()].map((kept) => kept.job as string);
    expect(left.length).toBe(12);
    expect(left.at(-1)).toBe("job-19");
  });

  it("knows nothing of a job it forgot", () => {
    expect(new AgentBench().hears({ type: "need", job, from: 0 })).toEqual(["unknown"]);
    expect(new AgentBench().hears({ type: "got", job, next: 3 })).toEqual([]);
    expect(new AgentBench().hears({ type: "rcv", job })).toEqual([]);
  });
});

describe("stepAgent given a cancel", () => {
  it("ends a job that waits", () => {
    const bench = running();
    bench.hears(offerOf("job-2"));
    expect(bench.hears({ type: "cancel", job: runOf("job-2") })).toEqual(["done"]);
  });

  it("stops one that runs, once, and ends it as its execution ended", () => {
    const bench = running();
    expect(bench.hears({ type: "cancel", job })).toEqual(["stop job-1"]);
    expect(bench.hears({ type: "cancel", job })).toEqual([]);
    expect(bench.ends({ status: "executed", end: { status: "interrupted", stateLost: true } })).toEqual(["done"]);
  });

  it("tells the end of one that ended", () => {
    const bench = running();
    bench.ends();
    expect(bench.hears({ type: "cancel", job })).toEqual(["done"]);
  });

  it("does not start a job whose offer comes after its cancel", () => {
    const bench = new AgentBench();
    expect(bench.hears({ type: "cancel", job })).toEqual(["done"]);
    expect(bench.hears(offerOf("job-1"))).toEqual(["done"]);
    bench.hears({ type: "rcv", job });
    expect(bench.hears(offerOf("job-1"))).toEqual([]);
  });

  it("is only obeyed from the peer that offered the job", () => {
    const bench = running();
    expect(bench.hears({ type: "cancel", job }, b)).toEqual(["done to b"]);
    expect(heartbeatOf(bench.state).jobs).toHaveLength(1);
  });
});

describe("stepAgent about the ends that nobody confirmed", () => {
  it("keeps an end until it is confirmed", () => {
    const bench = running();
    expect(bench.kept.size).toBe(0);
    bench.ends();
    expect([...bench.kept]).toEqual([key]);
    bench.hears({ type: "rcv", job });
    expect(bench.kept.size).toBe(0);
  });

  it("keeps no end that was too old to be fetched, nor one that a later attempt replaced", () => {
    const bench = running();
    bench.ends();
    bench.does({ type: "requester-gone", requester: a });
    bench.waits(24 * 3_600_000);
    expect(bench.kept.size).toBe(0);
    bench.hears(offerOf("job-2"));
    bench.ends(ok, jobKey(a, runOf("job-2")));
    bench.hears(offerOf("job-2", { attempt: 2, fence: 2 }));
    expect(bench.kept.size).toBe(0);
  });

  it("tells in a new life what the life before left, to whoever is here, and never runs it again", () => {
    const before = running();
    before.prints("[]");
    before.ends();
    const left = [...before.state.jobs.values()].map((one) => ({ ...one, sent: 0, got: 0, dones: 0 }));
    const bench = new AgentBench();
    bench.state = { ...bench.state, loading: true };
    bench.does({ type: "requester-seen", requester: a });
    // Not known yet, which is not to say that it is not known.
    expect(bench.hears({ type: "need", job, from: 0 })).toEqual([]);
    expect(bench.hears({ type: "cancel", job })).toEqual([]);
    expect(bench.does({ type: "restored", jobs: left })).toEqual(["chunk 0", "done"]);
    expect(bench.hears(offerOf("job-1"))).toEqual(["done"]);
    expect(bench.hears({ type: "need", job, from: 0 })).toEqual(["chunk 0", "done"]);
    expect(bench.hears({ type: "need", job: runOf("job-2"), from: 0 })).toEqual(["unknown"]);
    bench.hears({ type: "rcv", job });
    expect(bench.state.jobs.size).toBe(0);
  });
});

describe("stepAgent that drains", () => {
  it("gives back what has not started, lets the rest end, and takes no more", () => {
    const bench = running();
    bench.hears(offerOf("job-2", kernel("k2")));
    expect(bench.does({ type: "drain-began" })).toEqual(["busy"]);
    expect(freeSlots(bench.state)).toBe(0);
    expect(heartbeatOf(bench.state).jobs).toEqual([{ job, chunks: 0 }]);
    expect(bench.hears(offerOf("job-2", kernel("k2")))).toEqual(["busy"]);
    expect(bench.hears(offerOf("job-1"))).toEqual(["ack running"]);
    expect(bench.ends()).toEqual(["done"]);
  });
});
