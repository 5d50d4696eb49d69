import { describe, expect, it } from "vitest";
import type { PeerId } from "#shared/base/ids.ts";
import { ms } from "#shared/base/units.ts";
import { backoff } from "#shared/jobs/dispatch/dispatchedJob.ts";
import {
  createDispatch,
  nextDispatchTime,
  stepDispatch,
  waitReason,
  type DispatchEvent,
} from "#shared/jobs/dispatch/dispatchMachine.ts";
import type { AttemptEnd } from "#shared/jobs/requestedJob.ts";
import { peerOf, runOf } from "../../../../support/jobs/messages.ts";

const [a, b, c] = [peerOf("a"), peerOf("b"), peerOf("c")];
const OK: AttemptEnd = { status: "executed", end: { status: "ok" } };
const LOST: AttemptEnd = { status: "interrupted", message: "the agent fell silent" };

type Happening = DispatchEvent extends infer Event ? (Event extends unknown ? Omit<Event, "at"> : never) : never;

/** A dispatch in a test: events go in at a time, effects come out as short texts. */
class Bench {
  state = createDispatch(1, ms(0));
  now = 0;

  does(event: Happening): readonly string[] {
    const step = stepDispatch(this.state, { ...event, at: ms(this.now) });
    this.state = step.state;
    return step.effects.map((effect) => {
      if (effect.type === "offer") return `offer ${effect.job} to ${effect.agent[0] ?? ""} as ${effect.attempt}`;
      return effect.type === "report-end" ? `${effect.job} ${effect.end.status}` : `${effect.type} ${effect.job}`;
    });
  }

  submits(name = "job", languages: readonly string[] = ["javascript"]): readonly string[] {
    return this.does({ type: "submitted", job: runOf(name), languages });
  }

  meets(...peers: readonly PeerId[]): readonly string[] {
    const facts = { name: "one", languages: ["javascript"], slots: 1, freeSlots: 1 };
    return this.does({ type: "agents-changed", agents: new Map(peers.map((peer) => [peer, facts])) });
  }

  drains(...peers: readonly PeerId[]): readonly string[] {
    const facts = { name: "one", languages: ["javascript"], slots: 1, freeSlots: 0, draining: true } as const;
    return this.does({ type: "agents-changed", agents: new Map(peers.map((peer) => [peer, facts])) });
  }

  ends(end: AttemptEnd, name = "job"): readonly string[] {
    return this.does({ type: "attempt-ended", job: runOf(name), end });
  }

  runs(name = "job"): readonly string[] {
    return this.does({ type: "attempt-taken", job: runOf(name), state: "running" });
  }

  why(name = "job"): unknown {
    return waitReason(this.state, this.state.jobs.get(runOf(name))!)?.why;
  }

  waits(duration: number): readonly string[] {
    const until = this.now + duration;
    const seen: string[] = [];
    for (let next = nextDispatchTime(this.state); next !== undefined && next <= until;) {
      this.now = next;
      seen.push(...this.does({ type: "time-passed" }));
      next = nextDispatchTime(this.state);
    }
    this.now = until;
    return seen;
  }
}

function online(...peers: readonly PeerId[]): Bench {
  const bench = new Bench();
  bench.does({ type: "online-changed", online: true });
  bench.meets(...peers);
  return bench;
}

describe("stepDispatch", () => {
  it("gives a job away at once where an agent fits, and ends it once", () => {
    const bench = online(a);
    expect(bench.submits()).toEqual(["offer job to a as 1"]);
    expect(bench.ends(OK)).toEqual(["job executed"]);
    expect(bench.ends(OK)).toEqual([]);
  });

  it("says why a job waits", () => {
    const bench = new Bench();
    bench.submits();
    expect(bench.why()).toBe("offline");
    bench.does({ type: "online-changed", online: true });
    expect(bench.why()).toBe("no-agents");
    bench.submits("py", ["python"]);
    expect(bench.meets(a)).toEqual(["offer job to a as 1"]);
    expect(bench.why("py")).toBe("nobody-fits");
    bench.submits("next");
    expect(bench.why("next")).toBe("all-busy");
  });

  it("sends no more than an agent has credits for", () => {
    const bench = online(a);
    for (const name of ["job", "two", "three", "four"]) bench.submits(name);
    expect(bench.does({ type: "credit-heard", agent: a, credit: 3 })).toEqual([
      "offer two to a as 1",
      "offer three to a as 1",
    ]);
    expect(bench.ends(OK)).toEqual(["job executed", "offer four to a as 1"]);
  });

  it("begins the next attempt at once at another agent when the first is lost", () => {
    const bench = online(a);
    bench.submits();
    bench.runs();
    bench.meets(b);
    expect(bench.ends(LOST)).toEqual(["offer job to b as 2"]);
  });

  it("parks a job over which two agents were lost, and one that was lost three times", () => {
    const bench = online(a);
    bench.submits();
    bench.runs();
    bench.meets(b);
    bench.ends(LOST);
    bench.runs();
    expect(bench.ends(LOST)).toEqual(["job parked"]);
  });

  it("parks a job that was lost three times while it ran, and one that was lost eight times before it did", () => {
    const bench = online(a);
    const attempts = (runs: boolean): number => {
      bench.submits();
      for (let attempt = 1; ; attempt++) {
        if (runs) bench.runs();
        if ([...bench.ends(LOST), ...bench.waits(30_000)].includes("job parked")) return attempt;
      }
    };
    expect([attempts(true), attempts(false)]).toEqual([3, 8]);
  });

  it("counts a slot that died as a loss, and ends with a slot that was ended", () => {
    const died: AttemptEnd = { status: "failed", code: "kernel-lost", message: "its process ended", again: true };
    const bench = online(a);
    bench.submits();
    bench.runs();
    bench.meets(a, b);
    expect(bench.ends(died)).toEqual(["offer job to b as 2"]);
    bench.runs();
    expect(bench.ends(died)).toEqual(["job parked"]);
    bench.submits("late");
    const ended: AttemptEnd = { status: "failed", code: "kernel-lost", message: "it ran longer than 1 s" };
    expect(bench.ends(ended, "late")).toEqual(["late failed"]);
  });

  it("prefers an agent that the job did not break", () => {
    const bench = online(a);
    bench.submits();
    bench.runs();
    bench.meets(a, b, c);
    expect(bench.ends(LOST)).not.toEqual(["offer job to a as 2"]);
  });

  it("counts no loss when an agent is busy, and asks it again only later", () => {
    const bench = online(a);
    bench.submits();
    for (let attempt = 2; attempt < 9; attempt++) {
      expect(bench.ends({ status: "busy", retry: ms(1_000) })).toEqual([]);
      expect(bench.waits(999)).toEqual([]);
      expect(bench.waits(1)).toEqual([`offer job to a as ${attempt}`]);
    }
  });

  it("ends a cancelled job at once while it waits, else when its attempt has ended, however", () => {
    const bench = online(a);
    bench.submits();
    bench.submits("two");
    expect(bench.does({ type: "cancelled", job: runOf("two") })).toEqual(["two cancelled"]);
    expect(bench.does({ type: "cancelled", job: runOf("job") })).toEqual(["cancel-attempt job"]);
    expect(bench.does({ type: "cancelled", job: runOf("job") })).toEqual([]);
    expect(bench.ends(LOST)).toEqual(["job interrupted"]);
  });

  it("moves a job: stops the attempt, and begins the next where the user wants it", () => {
    const bench = online(a);
    bench.submits();
    bench.runs();
    bench.meets(a, b);
    expect(bench.does({ type: "moved", job: runOf("job"), to: b })).toEqual(["cancel-attempt job"]);
    const stopped: AttemptEnd = { status: "executed", end: { status: "interrupted", stateLost: true } };
    expect(bench.ends(stopped)).toEqual(["offer job to b as 2"]);
  });

  it("leaves a job where it is if whoever it is to be moved to would not take it", () => {
    const bench = online(a);
    bench.does({ type: "submitted", job: runOf("job"), languages: [], labels: { gpu: "a100" } });
    const facts = { name: "one", languages: ["javascript"], slots: 1, freeSlots: 1 };
    const able = { ...facts, labels: { gpu: "a100" } };
    const agents = new Map([
      [a, able],
      [b, facts],
    ]);
    expect(bench.does({ type: "agents-changed", agents })).toEqual(["offer job to a as 1"]);
    bench.runs();
    expect(bench.does({ type: "moved", job: runOf("job"), to: b })).toEqual([]);
  });

  it("says why a job waits for the one agent that it was moved to", () => {
    const bench = online();
    bench.does({ type: "submitted", job: runOf("job"), languages: [], labels: { gpu: "a100" } });
    bench.does({ type: "moved", job: runOf("job"), to: b });
    const facts = { name: "one", languages: ["javascript"], slots: 1, freeSlots: 1 };
    const agents = new Map([[a, { ...facts, labels: { gpu: "a100" } }]]);
    bench.does({ type: "agents-changed", agents });
    expect(bench.why()).toBe("agent-absent");
    bench.does({ type: "agents-changed", agents: new Map([...agents, [b, facts]]) });
    expect(bench.why()).toBe("no-label");
  });

  it("takes the result of a job that ended before it could be moved", () => {
    const bench = online(a, b);
    bench.submits();
    bench.does({ type: "moved", job: runOf("job"), to: c });
    expect(bench.ends(OK)).toEqual(["job executed"]);
  });

  it("asks a job back that waits while another agent is idle, once, and gives it to that one", () => {
    const bench = online(a);
    bench.submits();
    bench.does({ type: "attempt-taken", job: runOf("job"), state: "queued" });
    bench.meets(a, b);
    expect(bench.waits(499)).toEqual([]);
    expect(bench.waits(1)).toEqual(["recall-attempt job"]);
    expect(bench.waits(5_000)).toEqual([]);
    expect(bench.ends({ status: "cancelled" })[0]).toMatch(/^offer job to . as 2$/);
  });

  it("holds a job back for its delay, and gives up one that could not be started in time", () => {
    const bench = online(a);
    bench.does({ type: "submitted", job: runOf("job"), languages: [], delay: ms(1_000) });
    expect(bench.why()).toBe("pause");
    expect(bench.waits(1_000)).toEqual(["offer job to a as 1"]);
    bench.does({ type: "submitted", job: runOf("late"), languages: [], ttl: ms(5_000) });
    expect(bench.waits(4_999)).toEqual([]);
    expect(bench.waits(1)).toEqual(["late failed"]);
  });
});

describe("backoff", () => {
  it("is nothing after the first loss, then doubles, and is never longer than half a minute", () => {
    expect([1, 2, 3, 4, 99].map((lost) => backoff(lost, 0.5))).toEqual([0, 100, 200, 400, 15_000]);
  });
});

describe("stepDispatch about agents that drain", () => {
  it("gives them nothing, and says that no agent is there if all do", () => {
    const bench = online();
    bench.drains(a);
    expect(bench.submits()).toEqual([]);
    expect(bench.why()).toBe("no-agents");
    expect(bench.meets(b)).toEqual(["offer job to b as 1"]);
  });

  it("gives what one of them gives back to another at once, which is no loss", () => {
    const bench = online(a);
    bench.submits();
    bench.meets(a, b);
    expect(bench.ends({ status: "busy", retry: ms(1_000) })).toEqual(["offer job to b as 2"]);
    expect(bench.state.jobs.get(runOf("job"))?.lost).toBe(0);
  });
});

describe("a job that asks for labels", () => {
  const meet = (bench: Bench, agents: Readonly<Record<string, object>>): readonly string[] =>
    bench.does({
      type: "agents-changed",
      agents: new Map(
        Object.entries(agents).map(([name, more]) => [
          peerOf(name),
          { name, languages: ["javascript"], slots: 1, freeSlots: 1, ...more },
        ]),
      ),
    });
  const online = (): Bench => {
    const bench = new Bench();
    bench.does({ type: "online-changed", online: true });
    return bench;
  };

  it("goes to an agent that has them all, as a label or a version", () => {
    const bench = online();
    meet(bench, { a: {}, b: { labels: { gpu: "a100" } }, c: { labels: { gpu: "a100" }, versions: { deno: "2" } } });
    const labels = { gpu: "a100", deno: "2" };
    const given = bench.does({ type: "submitted", job: runOf("job"), languages: ["javascript"], labels });
    expect(given).toEqual(["offer job to c as 1"]);
  });

  it("waits and says which are missing, and goes when somebody comes who has them", () => {
    const bench = online();
    meet(bench, { a: {}, b: { labels: { gpu: "t4" } } });
    const labels = { gpu: "a100" };
    expect(bench.does({ type: "submitted", job: runOf("job"), languages: ["javascript"], labels })).toEqual([]);
    const job = bench.state.jobs.get(runOf("job"))!;
    expect(waitReason(bench.state, job)).toEqual({ why: "no-label", labels, agents: 2 });
    expect(meet(bench, { a: {}, c: { labels } })).toEqual(["offer job to c as 1"]);
  });

  it("never goes to an agent that takes no jobs of ours, and says so", () => {
    const bench = online();
    meet(bench, { a: { refuses: true }, b: { languages: ["sql"] } });
    expect(bench.submits()).toEqual([]);
    expect(waitReason(bench.state, bench.state.jobs.get(runOf("job"))!)).toEqual({ why: "not-allowed", agents: 1 });
    expect(meet(bench, { a: {} })).toEqual(["offer job to a as 1"]);
  });
});
