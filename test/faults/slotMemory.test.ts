// A memory limit that was chosen for a cell in JavaScript, kept to in a real slot.

import { join } from "node:path";
import { afterEach, beforeAll, expect, it } from "vitest";
import { KernelLostError } from "#shared/base/errors.ts";
import { RunId } from "#shared/base/ids.ts";
import { mib } from "#shared/base/units.ts";
import type { KernelRequest } from "#shared/ports/Kernel.ts";
import type { DenoKernel } from "../../workers/agent/DenoKernel.ts";
import { probeSlots, type Slots } from "../../workers/agent/startSlots.ts";
import { DIST, ensureBuilt } from "../support/built.ts";
import { programOf } from "../support/jobs/messages.ts";

let slots: Slots;
let kernel: DenoKernel | undefined;

beforeAll(async () => {
  await ensureBuilt();
  slots = await probeSlots({}, join(DIST, "slot"));
});
afterEach(() => kernel?.close());

/** Keeps this many MiB, and then goes on for ever: what it holds is seen, or the test does not end. */
const holding = (size: number): string =>
  `const held = Array.from({ length: ${size} }, () => new Uint8Array(2 ** 20).fill(1)); for (;;) {}`;

const requestOf = (code: string): KernelRequest => ({
  run: RunId.create(),
  program: { ...programOf(code), memory: mib(128) },
  before: [],
});

it.runIf(process.platform !== "win32")("ends the slot of a cell that takes more, and says why", async () => {
  kernel = await slots.start();
  const ended = kernel.execute(requestOf(holding(300)), () => {}, new AbortController().signal);
  const error = await ended.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(KernelLostError);
  expect(error).toMatchObject({ cause: { message: "it took more than 128.0 MiB of memory, the limit of its cell" } });
  // It is the cell's fault, and is not tried again elsewhere.
  expect(kernel.crashed).toBe(false);
});

it("lets one be that takes less, and counts only what each took", async () => {
  kernel = await slots.start();
  for (let round = 0; round < 4; round++) {
    const kept = `globalThis.all = [...(globalThis.all ?? []), new Uint8Array(50 * 2 ** 20).fill(1)]; all.length`;
    const end = await kernel.execute(requestOf(kept), () => {}, new AbortController().signal);
    expect(end).toEqual({ status: "ok" });
  }
});
