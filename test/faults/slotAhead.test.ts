// Executions that a slot has ahead of their turn, when the slot spins, is stopped, or dies.

import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { KernelLostError } from "#shared/base/errors.ts";
import { RunId } from "#shared/base/ids.ts";
import type { KernelRequest } from "#shared/ports/Kernel.ts";
import type { DenoKernel } from "../../workers/agent/DenoKernel.ts";
import type { QueuedEnd } from "../../workers/agent/SlotQueue.ts";
import { probeSlots, type Slots } from "../../workers/agent/startSlots.ts";
import { DIST, ensureBuilt } from "../support/built.ts";
import { programOf } from "../support/jobs/messages.ts";

const SPIN = "console.log('spins'); for (;;) {}";
const OK = { status: "ok" };

const requestOf = (code: string): KernelRequest => ({ run: RunId.create(), program: programOf(code), before: [] });

let slots: Slots;
let kernel: DenoKernel | undefined;

beforeAll(async () => {
  await ensureBuilt();
  slots = await probeSlots({}, join(DIST, "slot"));
});
afterEach(() => kernel?.close());

interface Handed {
  readonly first: Promise<QueuedEnd>;
  readonly others: readonly Promise<QueuedEnd>[];
  readonly stopFirst: AbortController;
  readonly stopLast: AbortController;
  /** What was printed, in order. */
  readonly printed: string[];
}

/** Hands over one cell, and others behind it, when the first has printed something. */
async function handOver(code: string, others: readonly string[]): Promise<Handed> {
  kernel = await slots.start();
  const own = kernel;
  const printed: string[] = [];
  const [stopFirst, stopLast] = [new AbortController(), new AbortController()];
  let begun: () => void = () => {};
  const prints = new Promise<void>((resolve) => (begun = resolve));
  const onOutput = (output: { readonly output_type: string; readonly text?: unknown }): void => {
    printed.push(String(output.text).trim());
    begun();
  };
  const first = own.execute(requestOf(code), onOutput, stopFirst.signal);
  const ends = others.map((other) => {
    const signal = other === others.at(-1) ? stopLast.signal : new AbortController().signal;
    return own.executeAhead(requestOf(other), onOutput, { signal, onBegan: () => {} });
  });
  await prints;
  return { first, others: ends, stopFirst, stopLast, printed };
}

describe("a slot that has executions ahead of their turn", () => {
  it("executes them in their order, each with its own output", async () => {
    const handed = await handOver("console.log(1)", ["console.log(2)", "console.log(3)"]);
    expect(await Promise.all([handed.first, ...handed.others])).toEqual([OK, OK, OK]);
    expect(handed.printed).toEqual(["1", "2", "3"]);
  });

  it("gives them back while the first computes without end, and lives", async () => {
    const handed = await handOver(SPIN, ["console.log(2)", "console.log(3)"]);
    expect(await Promise.all(handed.others)).toEqual(["returned", "returned"]);
    expect(kernel?.lost).toBe(false);
    handed.stopFirst.abort();
    expect(await handed.first).toEqual({ status: "interrupted", stateLost: true });
    expect(handed.printed).toEqual(["spins"]);
  });

  it("gives them back when the first is stopped", async () => {
    const handed = await handOver(SPIN, ["console.log(2)"]);
    handed.stopFirst.abort();
    expect(await handed.first).toEqual({ status: "interrupted", stateLost: true });
    expect(await Promise.all(handed.others)).toEqual(["returned"]);
  });

  it("gives back one that is stopped, and goes on with the first", async () => {
    const slow = "console.log(1); await new Promise((done) => setTimeout(done, 300));";
    const handed = await handOver(slow, ["console.log(2)"]);
    handed.stopLast.abort();
    expect(await Promise.all(handed.others)).toEqual(["returned"]);
    expect(await handed.first).toEqual(OK);
    expect(kernel?.lost).toBe(false);
  });

  it("loses the first alone when its process is killed", async () => {
    const handed = await handOver(SPIN, ["console.log(2)", "console.log(3)"]);
    const first = handed.first.catch((error: unknown) => error);
    const pid = kernel?.pid;
    if (pid === undefined) throw new Error("it has no process");
    process.kill(pid, "SIGKILL");
    expect(await first).toBeInstanceOf(KernelLostError);
    expect(await Promise.all(handed.others)).toEqual(["returned", "returned"]);
  });
});
