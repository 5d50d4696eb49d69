// Entry of a slot: the main thread of a locked-down Deno process. It only carries: frames from the agent to the worker
// that executes cells, texts from the worker back. While a cell spins in its worker, this thread still notices that the
// agent is gone, and ends the process: nothing of a slot outlives its agent. It interrupts cells in Python, and gives them what they ask for, by memory that
// it shares with the worker, and reads the files of Python, SQL and Plot, which the worker cannot.

import { KernelSignals } from "#shared/contracts/kernelSignals.ts";
import { encodeSlotFrame, SlotFrameReader } from "#shared/contracts/slotFrames.ts";
import type { SlotRequest } from "#shared/contracts/slotProtocol.ts";
import { needs, needsPlot } from "#shared/ports/Kernel.ts";
import { readLate, type SlotPart } from "./readLate.ts";
import type { SlotStart } from "./slotWorker.ts";

function write(text: string): void {
  let rest = encodeSlotFrame(text);
  while (rest.byteLength > 0) rest = rest.subarray(Deno.stdout.writeSync(rest));
}

const signals = KernelSignals.create();
const worker = new Worker(new URL("./slotWorker.mjs", import.meta.url), { type: "module" });
const start: SlotStart = { signals: signals?.buffer };
worker.postMessage(start);
worker.addEventListener("message", ({ data }) => {
  if (typeof data === "string") write(data);
});
// A worker that ends by an error has lost its values: so has the slot.
worker.addEventListener("error", () => Deno.exit(1));

/** `python=/folder later=/folder`: those that this slot has. */
const folders = new Map(
  Deno.args.map((given): [string, string] => [given.split("=")[0] ?? "", given.replace(/^\w+=/, "")]),
);
const given = new Set<SlotPart>();

/** Hands the files of a part to the worker, once. */
async function give(part: SlotPart): Promise<void> {
  const folder = folders.get(part === "python" ? "python" : "later");
  if (folder === undefined || given.has(part)) return;
  given.add(part);
  const files = await readLate(part, folder);
  const message: SlotStart = { part, files };
  worker.postMessage(message, Object.values(files));
}

async function obey(text: string, request: SlotRequest): Promise<void> {
  if (request.type === "wheels") await give("python");
  if (request.type === "execute") {
    if (needs("python", request)) await give("python");
    if (needs("sql", request)) await give("sql");
    if (needsPlot(request)) await give("plot");
  }
  worker.postMessage(text);
}

const reader = new SlotFrameReader();
let last: Promise<void> = Promise.resolve();
for await (const bytes of Deno.stdin.readable) {
  for (const text of reader.push(bytes)) {
    // reason: the agent sent it, and is trusted here.
    const request = JSON.parse(text) as SlotRequest;
    if (request.type === "interrupt") signals?.interrupt(request.turn);
    else if (request.type === "answer") signals?.answer(request.text, request.why);
    // In order: what a cell imports is there before it.
    else last = last.then(() => obey(text, request));
  }
}
Deno.exit(0);
