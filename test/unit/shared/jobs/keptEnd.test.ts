import { describe, expect, it } from "vitest";
import { ms, unixMs } from "#shared/base/units.ts";
import { acceptOffer, addItem, finishJob } from "#shared/jobs/agentJob.ts";
import { decodeCbor, encodeCbor } from "#shared/jobs/jobCodec.ts";
import type { AgentEnd } from "#shared/jobs/jobMessage.ts";
import { decodeKeptEnd, encodeKeptEnd } from "#shared/jobs/keptEnd.ts";
import { offerOf, peerOf } from "../../../support/jobs/messages.ts";

const END: AgentEnd = { status: "executed", end: { status: "ok" } };
const ended = (output: string) => {
  const accepted = acceptOffer(peerOf("a"), offerOf("job-1", { attempt: 3, fence: 7 }), ms(10));
  return finishJob(addItem(accepted, new TextEncoder().encode(output)), END, ms(1_000));
};
const then = { wall: unixMs(50_000), monotonic: ms(1_500) };

describe("the kept end of a job", () => {
  it("comes back whole in a later life, as old as it is, with nothing told of it", () => {
    const job = ended("x".repeat(30_000));
    const record = encodeKeptEnd(job, then)!;
    const later = { wall: unixMs(60_000), monotonic: ms(20) };
    const back = decodeKeptEnd(record, later)!;
    // It ended 10.5 s before the later instant.
    const stage = { name: "finished", end: END, since: ms(20 - 10_500) };
    expect(back).toEqual({ ...job, stage, sent: 0, got: 0, dones: 0, nextDone: 20 });
  });

  it("is new again, and not younger than that, when the clock was set back a day", () => {
    const later = { wall: unixMs(0), monotonic: ms(20) };
    expect(decodeKeptEnd(encodeKeptEnd(ended(""), then)!, later)!.stage).toMatchObject({ since: 20 });
  });

  it("is nothing for a job that runs", () => {
    expect(encodeKeptEnd(acceptOffer(peerOf("a"), offerOf("job-1"), ms(0)), then)).toBeUndefined();
  });

  it("is not believed where anything of it cannot be", () => {
    const record = encodeKeptEnd(ended("text"), then)!;
    const fields = decodeCbor(record) as Record<string, unknown>;
    const of = (change: Record<string, unknown>) => decodeKeptEnd(encodeCbor({ ...fields, ...change }), then);
    expect(of({})).toBeDefined();
    const done = fields["done"] as Record<string, unknown>;
    const wrong = [{ version: 2 }, { from: "x" }, { fence: -1 }, { chunks: [] }, { done: { ...done, type: "rcv" } }];
    for (const change of wrong) expect(of(change)).toBeUndefined();
    expect(decodeKeptEnd(record.subarray(1), then)).toBeUndefined();
  });
});
