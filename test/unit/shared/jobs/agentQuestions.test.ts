import { describe, expect, it } from "vitest";
import { a, AgentBench, b, job, key } from "../../../support/jobs/AgentBench.ts";
import { offerOf } from "../../../support/jobs/messages.ts";

function running(): AgentBench {
  const bench = new AgentBench();
  expect(bench.hears(offerOf("job-1"))).toEqual(["start job-1", "ack running"]);
  return bench;
}

describe("stepAgent given a question", () => {
  const asking = (bench = running()): AgentBench => {
    expect(bench.does({ type: "asked", key, prompt: "n? ", secret: false })).toEqual(["ask 1"]);
    return bench;
  };
  const reply = (question: number, text?: string) =>
    ({ type: "answer", job, question, ...(text && { text }) }) as const;

  it("asks again until it is answered, and hands the answer on once", () => {
    const bench = asking();
    expect(bench.waits(4_100)).toEqual(["ask 1", "ask 1"]);
    expect(bench.hears(reply(1, "7"))).toEqual(["answer 7"]);
    expect(bench.waits(60_000)).toEqual([]);
    expect(bench.hears(reply(1, "8"))).toEqual(["ask 1 over"]);
  });

  it("numbers questions, and takes no answer to another", () => {
    const bench = asking();
    bench.hears(reply(1, "7"));
    expect(bench.does({ type: "asked", key, prompt: "m? ", secret: true })).toEqual(["ask 2"]);
    expect(bench.hears(reply(1, "7"))).toEqual(["ask 2 over"]);
    expect(bench.hears(reply(3, "7"))).toEqual([]);
    expect(bench.hears(reply(2, "9"), b)).toEqual([]);
    expect(bench.hears(reply(2, "9"))).toEqual(["answer 9"]);
  });

  it("tells the execution that whoever asked does not answer", () => {
    expect(asking().hears(reply(1))).toEqual(["refuse: whoever ran the cell did not answer"]);
  });

  it("gives it up after a while, and has it taken away", () => {
    const bench = asking();
    const seen = bench.waits(600_000);
    expect(seen.slice(-2)).toEqual(["refuse: nobody answered within 10 minutes", "ask 1 over"]);
    expect(new Set(seen.slice(0, -2))).toEqual(new Set(["ask 1"]));
  });

  it("gives it up soon after whoever asked has left, and asks one who is back before that", () => {
    const bench = asking();
    bench.does({ type: "requester-gone", requester: a });
    expect(bench.waits(9_000)).toEqual([]);
    expect(bench.does({ type: "requester-seen", requester: a })).toEqual(["ask 1"]);
    bench.does({ type: "requester-gone", requester: a });
    expect(bench.waits(60_000)).toEqual(["refuse: whoever ran the cell has left, and cannot answer"]);
    expect(bench.does({ type: "requester-seen", requester: a })).toEqual([]);
  });

  it("asks a requester in a new life that wants to know what it missed", () => {
    expect(asking().hears({ type: "need", job, from: 0 })).toEqual(["ack running", "ask 1"]);
  });

  it("forgets it with the end, and asks nothing for what is to stop", () => {
    const bench = asking();
    bench.ends();
    expect(bench.waits(3_000).filter((one) => one.startsWith("ask"))).toEqual([]);
    const stopped = running();
    stopped.hears({ type: "cancel", job });
    expect(stopped.does({ type: "asked", key, prompt: "", secret: false })).toEqual([]);
  });
});
