// Entry of the worker that executes cells in a slot, with the same runtime as the worker of a page.

import { KernelSignals } from "#shared/contracts/kernelSignals.ts";
import { PYTHON_FILES, type PythonFiles } from "#shared/contracts/pythonFiles.ts";
import type { SlotEvent, SlotRequest } from "#shared/contracts/slotProtocol.ts";
import { catchUncaught } from "../../kernel/catchUncaught.ts";
import { CellRuntime } from "../../kernel/CellRuntime.ts";
import { lockDown } from "../../kernel/lockDown.ts";
import { addPython } from "../../python/addPython.ts";

/** Main thread → worker: what is no request. First the shared memory; later, if a cell needs it, Python's files. */
export interface SlotStart {
  readonly signals?: SharedArrayBuffer | undefined;
  readonly python?: Readonly<Record<string, ArrayBuffer>>;
}

/** Frames of a stack that are recorded: those of the cell are the innermost. */
const STACK_FRAMES = 50;
/** What Deno adds to a worker's globals and a cell has no use for. All of it is refused by permissions anyway. */
const CLOSED = ["Deno", "process", "Worker", "localStorage", "sessionStorage", "prompt", "confirm", "alert"];

/** Jobs have no way to ask back. */
const NO_INPUT = "input() does not work on an agent: run this cell in your browser";

// Taken before any cell runs: a cell that replaces them must not break the protocol of the cells after it.
const { parse, stringify } = JSON;
const post = postMessage.bind(globalThis);
const send = (event: SlotEvent): void => post(stringify(event));

const runtime = new CellRuntime((run, events) => send({ type: "events", run, events }));

let signals: KernelSignals | undefined;
let python: Promise<unknown> | undefined;

addEventListener("message", ({ data }: MessageEvent<string | SlotStart>) => {
  if (typeof data !== "string") {
    if (data.signals !== undefined) signals = new KernelSignals(data.signals);
    if (data.python !== undefined) python = startPython(data.python);
    return;
  }
  // reason: the main thread hands on what the agent sent, and the agent is trusted here.
  const request = parse(data) as Extract<SlotRequest, { type: "execute" }>;
  void execute(request);
});

async function execute({ run, turn, program, before }: Extract<SlotRequest, { type: "execute" }>): Promise<void> {
  await python;
  signals?.begin(turn);
  const end = await runtime.execute(run, program, before);
  send({ type: "end", run, end });
}

/** Cells say so if it could not be started. */
function startPython(contents: Readonly<Record<string, ArrayBuffer>>): Promise<unknown> {
  const blobs = PYTHON_FILES.flatMap((file) => {
    const content = contents[file];
    return content === undefined ? [] : [[file, new Blob([content])] as const];
  });
  // reason: what is missing makes the start fail, which is told.
  const files = Object.fromEntries(blobs) as unknown as PythonFiles;
  return addPython(runtime, files, { signals, ask: () => undefined, whyNoInput: NO_INPUT });
}

/** As the engine itself writes a stack: Deno's own way of writing it hides the places in cells. */
function writeStack(error: unknown, sites: readonly unknown[]): string {
  return [nameOf(error), ...sites.map((site) => `    at ${String(site)}`)].join("\n");
}

function nameOf(error: unknown): string {
  try {
    return String(error);
  } catch {
    // An error whose own methods fail; the runtime describes it from its parts.
    return "Error";
  }
}

lockDown();
for (const name of CLOSED) Reflect.deleteProperty(globalThis, name);
Object.assign(Error, { stackTraceLimit: STACK_FRAMES, prepareStackTrace: writeStack });
catchUncaught(runtime);
Object.defineProperty(globalThis, "console", { value: runtime.console, configurable: true });
send({ type: "ready" });
