import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "#shared/adapters/systemClock.ts";
import { KernelId, RoomId, RunId } from "#shared/base/ids.ts";
import type { OfferMessage } from "#shared/jobs/jobMessage.ts";
import type { CellOutput } from "#shared/notebook/output.ts";
import type { JobReport } from "#shared/session/agent/JobExecutor.ts";
import { SlotPool } from "../../workers/agent/SlotPool.ts";
import { probeSlots } from "../../workers/agent/startSlots.ts";
import { printed } from "../contract/kernel.ts";
import { DIST, ensureBuilt } from "../support/built.ts";
import { offerOf, peerOf, programOf } from "../support/jobs/messages.ts";

const OK = { status: "executed", end: { status: "ok" } };
const [ana, ben] = [peerOf("a"), peerOf("b")];
/** Leaves a mark in its process, and prints those that it found there. */
const MARK = "console.log(JSON.stringify(globalThis.marks ?? [])); (globalThis.marks ??= []).push(1)";

let pool: SlotPool;

beforeAll(async () => {
  await ensureBuilt();
  pool = new SlotPool((await probeSlots({}, join(DIST, "slot"))).start, systemClock);
});
afterAll(() => pool.close());

const anew = (changes: Partial<OfferMessage> = {}): OfferMessage =>
  offerOf(RunId.create(), { kernel: KernelId.create(), program: programOf(MARK), ...changes });

async function marksFoundBy(author: typeof ana, offer: OfferMessage): Promise<unknown> {
  const outputs: CellOutput[] = [];
  const report: JobReport = {
    kernelStarted: () => undefined,
    outputs: (more) => void outputs.push(...more),
    ask: () => Promise.resolve({ why: "it is a test" }),
  };
  const end = await pool.execute(author, offer, report, new AbortController().signal);
  expect(end).toEqual(OK);
  return JSON.parse(printed(outputs));
}

describe("slots", () => {
  it("are not shared by authors whose jobs start at once", async () => {
    expect(await Promise.all([marksFoundBy(ana, anew()), marksFoundBy(ben, anew())])).toEqual([[], []]);
  });

  it("are shared by jobs of one author's notebook that need no values, one after another", async () => {
    const shared = { anyKernel: true, notebook: RoomId.create() } as const;
    expect(await marksFoundBy(ana, anew(shared))).toEqual([]);
    expect(await marksFoundBy(ana, anew(shared))).toEqual([1]);
    expect(await marksFoundBy(ben, anew(shared))).toEqual([]);
    expect(await marksFoundBy(ana, anew({ ...shared, notebook: RoomId.create() }))).toEqual([]);
    expect(await marksFoundBy(ana, anew({ notebook: shared.notebook }))).toEqual([]);
  });

  it("are not shared by such jobs that start at once", async () => {
    const shared = { anyKernel: true, notebook: RoomId.create() } as const;
    await marksFoundBy(ana, anew(shared));
    const found = await Promise.all([marksFoundBy(ana, anew(shared)), marksFoundBy(ana, anew(shared))]);
    expect(found.map((marks) => JSON.stringify(marks)).sort()).toEqual(["[1]", "[]"]);
  });

  it("are ended when a cell replaced what they need to tell of errors", async () => {
    const code = `
      String.prototype.slice = () => { throw new TypeError("replaced") };
      setTimeout(() => { throw new Error("nobody catches it") });
      return new Promise(() => {});`;
    const report: JobReport = {
      kernelStarted: () => undefined,
      outputs: () => undefined,
      ask: () => Promise.resolve({ why: "it is a test" }),
    };
    const offer = anew({ program: programOf(code) });
    expect(await pool.execute(ana, offer, report, new AbortController().signal)).toEqual({
      ...{ status: "failed", code: "kernel-lost" },
      message: "a cell replaced what its slot needs",
    });
  });
});
