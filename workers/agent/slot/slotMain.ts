// Entry of a slot: the main thread of a locked-down Deno process. It only carries frames from the agent to the worker
// that executes cells; ends and outputs the worker writes by itself. While a cell spins in its worker, this thread still
// notices that the agent is gone, and ends the process: nothing of a slot outlives its agent. It interrupts cells in Python,
// and gives them what they ask for, by memory that it shares with the worker, and reads the files of Python, SQL and Plot,
// which the worker cannot. It sleeps in its reads and has no event loop: Deno's own way of reading hands each piece from
// thread to thread, which costs more than a short cell.

import { KernelSignals } from "#shared/contracts/kernel/kernelSignals.ts";
import { SlotFrameReader } from "#shared/contracts/slot/slotFrames.ts";
import type { SlotRequest } from "#shared/contracts/slot/slotProtocol.ts";
import { needs, needsPlot } from "#shared/ports/Kernel.ts";
import { readLate, type SlotPart } from "./readLate.ts";
import { sayToAgent } from "./slotOutput.ts";
import { SlotTurns } from "#shared/contracts/slot/SlotTurns.ts";
import type { SlotStart } from "./slotWorker.ts";

/** Milliseconds; the agent has given the slot up by then. */
const LOAD_LIMIT = 10_000;

const signals = KernelSignals.create();
const turns = new SlotTurns();
const worker = new Worker(new URL("./slotWorker.mjs", import.meta.url), { type: "module" });
const start: SlotStart = { signals: signals?.buffer, turns: turns.buffer };
worker.postMessage(start);
await workerLoaded();

/** Ends the process where the worker cannot be loaded: once this thread sleeps in its reads it hears nothing of it. */
function workerLoaded(): Promise<void> {
  return new Promise((resolve) => {
    const fail = (reason: string): void => {
      // oxlint-disable-next-line eslint/no-console -- standard error is read by the agent
      console.error(`the worker of this slot cannot be loaded: ${reason}`);
      Deno.exit(1);
    };
    // Nothing of a slot outlives its agent, and what it waits for here the end of its input does not end.
    const deadline = setTimeout(() => fail("it takes too long"), LOAD_LIMIT);
    worker.onerror = (event) => {
      event.preventDefault();
      // The agent tells people the last line.
      fail(event.message.split("\n", 1)[0] ?? "");
    };
    worker.onmessage = () => {
      clearTimeout(deadline);
      worker.onmessage = null;
      resolve();
    };
  });
}

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
