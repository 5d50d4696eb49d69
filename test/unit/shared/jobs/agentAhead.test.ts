import { describe, expect, it } from "vitest";
import { KernelId } from "#shared/base/ids.ts";
import { heartbeatOf } from "#shared/jobs/agentMachine.ts";
import { jobKey } from "#shared/jobs/jobKey.ts";
import type { AgentEnd, OfferMessage } from "#shared/jobs/jobMessage.ts";
import { AgentBench, a, b, ok } from "../../../support/jobs/AgentBench.ts";
import { offerOf, runOf } from "../../../support/jobs/messages.ts";

const keyOf = (name: string, from = a) => jobKey(from, runOf(name));
const lost: AgentEnd = { status: "failed", code: "kernel-lost", message: "its process ended" };

/** An agent whose slots can be given jobs ahead, and on which a run of the cell has ended in a moment. */
function warm(slots = 1): AgentBench {
  const bench = new AgentBench(slots, true);
  bench.hears(offerOf("first"));
  bench.now += 1;
  bench.ends(ok, keyOf("first"));
  bench.hears({ type: "rcv", job: runOf("first"), attempt: 1 });
  return bench;
}

const offers = (bench: AgentBench, names: readonly string[], changes: Partial<OfferMessage> = {}) =>
  names.flatMap((name) => bench.hears(offerOf(name, changes)));

describe("an agent that gives short jobs ahead", () => {
  it("gives what one requester has in the order in which it came, and takes the next to execute when one ends", () => {
    const bench = warm();
    expect(offers(bench, ["1", "2", "3"])).toEqual([
      ...["start 1", "ack running"],
      ...["give 2", "ack queued"],
      ...["give 3", "ack queued"],
    ]);
    expect(bench.ends(ok, keyOf("1"))).toEqual(["done", "ack running"]);
    expect(bench.ends(ok, keyOf("2"))).toEqual(["done", "ack running"]);
    expect(bench.ends(ok, keyOf("3"))).toEqual(["done"]);
    expect(heartbeatOf(bench.state).jobs).toEqual([]);
  });

  it("gives nothing while nothing is known of the cell, or its runs take long", () => {
    const bench = new AgentBench(1, true);
    expect(offers(bench, ["1", "2"])).toEqual(["start 1", "ack running", "ack queued"]);
    bench.now += 5_000;
    expect(bench.ends(ok, keyOf("1"))).toEqual(["done", "start 2", "ack running"]);
    expect(offers(bench, ["3"])).toEqual(["ack queued"]);
  });

  it("gives nothing while somebody else waits for a turn", () => {
    const bench = warm();
    offers(bench, ["1"]);
    expect(bench.hears(offerOf("other"), b)).toEqual(["ack queued to b"]);
    expect(offers(bench, ["2"])).toEqual(["ack queued"]);
  });

  it("gives nothing that another slot could execute", () => {
    const bench = warm(2);
    const other = { kernel: KernelId.parse("kernel-2")! };
    expect(offers(bench, ["1"])).toEqual(["start 1", "ack running"]);
    expect(offers(bench, ["2"])).toEqual(["give 2", "ack queued"]);
    expect(offers(bench, ["3"], other)).toEqual(["start 3", "ack running"]);
    const third = { kernel: KernelId.parse("kernel-3")! };
    expect(offers(bench, ["4"], third)).toEqual(["ack queued"]);
    expect(offers(bench, ["5"])).toEqual(["ack queued"]);
  });

  it("gives jobs that need no values to the slot with the least of them", () => {
    const bench = warm(2);
    const any = (name: string) => ({ kernel: KernelId.parse(`kernel-${name}`)!, anyKernel: true as const });
    const seen = ["1", "2", "3", "4"].flatMap((name) => bench.hears(offerOf(name, any(name))));
    expect(seen.filter((text) => !text.startsWith("ack"))).toEqual(["start 1", "start 2", "give 3", "give 4"]);
  });

  it("starts what came back in front of what was never given, and gives it to no slot again", () => {
    const bench = warm();
    offers(bench, ["1", "2", "3"]);
    expect(bench.does({ type: "execution-returned", key: keyOf("2") })).toEqual(["ack queued"]);
    expect(bench.does({ type: "execution-returned", key: keyOf("3") })).toEqual(["ack queued"]);
    offers(bench, ["4"]);
    expect(bench.ends(ok, keyOf("1"))).toEqual(["done", "start 2", "ack running"]);
    expect(bench.ends(ok, keyOf("2"))).toEqual(["done", "start 3", "ack running", "give 4"]);
  });

  it("ends the first alone when the slot is lost, and starts the others elsewhere", () => {
    const bench = warm();
    offers(bench, ["1", "2"]);
    expect(bench.ends(lost, keyOf("1"))).toEqual(["done", "ack running"]);
    const back = bench.does({ type: "execution-returned", key: keyOf("2") });
    expect(back).toEqual(["ack queued", "start 2", "ack running"]);
  });

  it("owes nobody who comes later the time in which nobody else was there", () => {
    const bench = warm();
    offers(bench, ["1", "2"]);
    for (let n = 1; n <= 1_000; n++) {
      bench.now += 20;
      bench.ends(ok, keyOf(`${n}`));
      bench.hears({ type: "rcv", job: runOf(`${n}`), attempt: 1 });
      offers(bench, [`${n + 2}`]);
    }
    for (const name of ["b1", "b2", "b3"]) bench.hears(offerOf(name), b);
    offers(bench, ["1003", "1004"]);
    const ends = (name: string, from = a): readonly string[] => {
      bench.now += 20;
      return bench.ends(ok, keyOf(name, from)).filter((text) => text.startsWith("start"));
    };
    expect([...ends("1001"), ...ends("1002")]).toEqual(["start b1"]);
    // The last one that had been given ahead went before b: so b has two turns.
    expect(ends("b1", b)).toEqual(["start b2"]);
    expect(ends("b2", b)).toEqual(["start 1003"]);
    expect(ends("1003")).toEqual(["start b3"]);
    expect(ends("b3", b)).toEqual(["start 1004"]);
  });

  it("asks what one asks that has begun before the end of the one in front of it is heard", () => {
    const bench = warm();
    offers(bench, ["1", "2"]);
    expect(bench.does({ type: "asked", key: keyOf("2"), prompt: "name?", secret: false })).toEqual(["ask 1"]);
    expect(bench.ends(ok, keyOf("1"))).toEqual(["done", "ack running"]);
    const answer = { type: "answer", job: runOf("2"), attempt: 1, question: 1, text: "Ana" } as const;
    expect(bench.hears(answer)).toEqual(["answer Ana"]);
  });

  it("stops one that was given by taking it back, and answers when that is done", () => {
    const bench = warm();
    offers(bench, ["1", "2"]);
    expect(bench.hears({ type: "cancel", job: runOf("2"), attempt: 1 })).toEqual(["stop 2"]);
    expect(bench.does({ type: "execution-returned", key: keyOf("2") })).toEqual(["done"]);
    expect(heartbeatOf(bench.state).jobs).toHaveLength(1);
  });

  it("does not give back to its requester what a slot has", () => {
    const bench = warm();
    offers(bench, ["1", "2"]);
    expect(bench.hears({ type: "recall", job: runOf("2"), attempt: 1 })).toEqual(["ack running"]);
  });

  it("gives back what had not begun when it drains", () => {
    const bench = warm();
    offers(bench, ["1", "2"]);
    expect(bench.does({ type: "drain-began" })).toEqual(["stop 2"]);
    expect(bench.does({ type: "execution-returned", key: keyOf("2") })).toEqual(["busy"]);
    expect(bench.ends(ok, keyOf("1"))).toEqual(["done"]);
  });
});
