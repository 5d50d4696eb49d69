import { describe, expect, it } from "vitest";
import { ms } from "#shared/base/units.ts";
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

describe("the kept end of a job", () => {
  it("comes back whole in a later life, with nothing told of it, and new whatever clocks said meanwhile", () => {
    const job = ended("x".repeat(30_000));
    const back = decodeKeptEnd(encodeKeptEnd(job)!, ms(20))!;
    const stage = { name: "finished", end: END, since: ms(20) };
    expect(back).toEqual({ ...job, stage, sent: 0, got: 0, dones: 0, nextDone: 20 });
  });

  it("is read from a record that also says when it ended, as they once did", () => {
    const fields = decodeCbor(encodeKeptEnd(ended("text"))!) as Record<string, unknown>;
    expect(decodeKeptEnd(encodeCbor({ ...fields, ended: 50_000 }), ms(20))?.stage).toMatchObject({ since: 20 });
  });

  it("is nothing for a job that runs", () => {
    expect(encodeKeptEnd(acceptOffer(peerOf("a"), offerOf("job-1"), ms(0)))).toBeUndefined();
  });

  it("is not believed where anything of it cannot be", () => {
    const record = encodeKeptEnd(ended("text"))!;
    const fields = decodeCbor(record) as Record<string, unknown>;
    const of = (change: Record<string, unknown>) => decodeKeptEnd(encodeCbor({ ...fields, ...change }), ms(0));
    expect(of({})).toBeDefined();
    const done = fields["done"] as Record<string, unknown>;
    const wrong = [{ version: 2 }, { from: "x" }, { fence: -1 }, { chunks: [] }, { done: { ...done, type: "rcv" } }];
    for (const change of wrong) expect(of(change)).toBeUndefined();
    expect(decodeKeptEnd(record.subarray(1), ms(0))).toBeUndefined();
  });
});
