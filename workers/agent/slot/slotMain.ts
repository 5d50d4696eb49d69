// Entry of a slot: the main thread of a locked-down Deno process. It only carries frames from the agent to the worker
// that executes cells; ends and outputs the worker writes by itself. While a cell spins in its worker, this thread still
// notices that the agent is gone, and ends the process: nothing of a slot outlives its agent. It interrupts cells in Python,
// and gives them what they ask for, by memory that it shares with the worker, and reads the files of Python, SQL and Plot,
// which the worker cannot. It sleeps in its reads and has no event loop: Deno's own way of reading hands each piece from
// thread to thread, which costs more than a short cell.

import { KernelSignals } from "#shared/contracts/kernelSignals.ts";
import { SlotFrameReader } from "#shared/contracts/slotFrames.ts";
import type { SlotRequest } from "#shared/contracts/slotProtocol.ts";
import { needs, needsPlot } from "#shared/ports/Kernel.ts";
import { readLate, type SlotPart } from "./readLate.ts";
import { sayToAgent } from "./slotOutput.ts";
import { SlotTurns } from "#shared/contracts/SlotTurns.ts";
import type { SlotStart } from "./slotWorker.ts";

const signals = KernelSignals.create();
const turns = new SlotTurns();
const worker = new Worker(new URL("./slotWorker.mjs", import.meta.url), { type: "module" });
const start: SlotStart = { signals: signals?.buffer, turns: turns.buffer };
worker.postMessage(start);

/** `python=/folder later=/folder`: those that this slot has. */
const folders = new Map(
  Deno.args.map((given): [string, string] => [given.split("=")[0] ?? "", given.replace(/^\w+=/, "")]),
);
const given = new Set<SlotPart>();
/** As much as a pipe holds. */
const READ_BYTES = 64 * 1024;

/** Hands the files of a part to the worker, once. */
function give(part: SlotPart): void {
  const folder = folders.get(part === "python" ? "python" : "later");
  if (folder === undefined || given.has(part)) return;
  given.add(part);
  const files = readLate(part, folder);
  const message: SlotStart = { part, files };
  worker.postMessage(message, Object.values(files));
}

/** What the worker must have before it is told this. */
function partsFor(request: SlotRequest): readonly SlotPart[] {
  if (request.type === "wheels") return ["python"];
  if (request.type !== "execute") return [];
  return [
    ...(needs("python", request) ? (["python"] as const) : []),
    ...(needs("sql", request) ? (["sql"] as const) : []),
    ...(needsPlot(request) ? (["plot"] as const) : []),
  ];
}

function obey(texts: readonly string[], parts: ReadonlySet<SlotPart>): void {
  for (const part of parts) give(part);
  worker.postMessage(texts);
}

const reader = new SlotFrameReader();
const buffer = new Uint8Array(READ_BYTES);
for (let read = Deno.stdin.readSync(buffer); read !== null; read = Deno.stdin.readSync(buffer)) {
  const texts: string[] = [];
  const parts = new Set<SlotPart>();
  for (const text of reader.push(buffer.slice(0, read))) {
    // reason: the agent sent it, and is trusted here.
    const request = JSON.parse(text) as SlotRequest;
    if (request.type === "interrupt") signals?.interrupt(request.turn);
    else if (request.type === "answer") signals?.answer(request.text, request.why);
    else if (request.type === "take-back") {
      sayToAgent(turns, { type: "returned", turns: request.turns.filter((turn) => turns.takeBack(turn)) });
    } else {
      texts.push(text);
      for (const part of partsFor(request)) parts.add(part);
    }
  }
  // Together: handing over costs as much as a short cell.
  if (texts.length > 0) obey(texts, parts);
}
Deno.exit(0);
