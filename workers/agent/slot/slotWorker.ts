// Entry of the worker that executes cells in a slot, with the same runtime as the worker of a page.

import type { RunId } from "#shared/base/ids.ts";
import { PROMPT_LIMIT } from "#shared/contracts/kernel/kernelWorkerApi.ts";
import { KernelSignals } from "#shared/contracts/kernel/kernelSignals.ts";
import type { PythonFiles } from "#shared/contracts/kernel/pythonFiles.ts";
import type { SqlFiles } from "#shared/contracts/kernel/sqlFiles.ts";
import type { SlotEvent, SlotRequest } from "#shared/contracts/slot/slotProtocol.ts";
import { catchUncaught } from "../../kernel/catchUncaught.ts";
import { CellRuntime } from "../../kernel/CellRuntime.ts";
import { lockDown } from "../../kernel/lockDown.ts";
import { addPlot } from "../../plot/addPlot.ts";
import { addPython } from "../../python/addPython.ts";
import { addSql } from "../../sql/addSql.ts";
import type { SlotFiles, SlotPart } from "./readLate.ts";
import { ReceivedWheels } from "./ReceivedWheels.ts";
import { sayToAgent } from "./slotOutput.ts";
import { SlotTurns } from "#shared/contracts/slot/SlotTurns.ts";

/** Main thread → worker: what is no request. First the shared memory; later the files of what a cell needs. */
export type SlotStart =
  | { readonly signals: SharedArrayBuffer | undefined; readonly turns: SharedArrayBuffer }
  | { readonly part: SlotPart; readonly files: SlotFiles };

/** Frames of a stack that are recorded: those of the cell are the innermost. */
const STACK_FRAMES = 50;
/** What Deno adds to a worker's globals and a cell has no use for. All of it is refused by permissions anyway. */
const CLOSED = ["Deno", "process", "Worker", "localStorage", "sessionStorage", "prompt", "confirm", "alert"];

/** Where memory cannot be shared the thread cannot wait. */
const CANNOT_WAIT = "input() does not work here: this agent's Deno cannot wait for an answer";
const NOT_ANSWERED = "input() was not answered";

// Taken before any cell runs: a cell that replaces them must not break the protocol of the cells after it.
const { parse } = JSON;
const later = setImmediate;
/** The main thread's come first of all messages. */
let turns = new SlotTurns();
const send = (event: SlotEvent): void => sayToAgent(turns, event);

const runtime = new CellRuntime((run, events) => send({ type: "events", run, events }));

let signals: KernelSignals | undefined;
/** What was asked for before is there: languages are started, packages installed. */
let prepared: Promise<unknown> = Promise.resolve();
const wheels = new ReceivedWheels();

/** One execution at a time, in their order. */
let last: Promise<void> = Promise.resolve();

addEventListener("message", ({ data }: MessageEvent<readonly string[] | SlotStart>) => {
  if (isStart(data)) {
    if ("part" in data) {
      prepare(() => start(data.part, data.files));
      return;
    }
    turns = new SlotTurns(data.turns);
    if (data.signals !== undefined) signals = new KernelSignals(data.signals);
    send({ type: "ready" });
    return;
  }
  // reason: the main thread hands on what the agent sent, and the agent is trusted here.
  for (let n = 0; n < data.length; n++) obey(parse(data[n] ?? "") as SlotRequest);
});

const { isArray } = Array;
const isStart = (data: readonly string[] | SlotStart): data is SlotStart => !isArray(data);

function obey(request: SlotRequest): void {
  if (request.type === "execute") {
    const next = (): Promise<void> => execute(request);
    last = last.then(next, next);
  } else if (request.type === "modules") runtime.modules.add(request.modules);
  else if (request.type === "wheel") wheels.take(request);
  else if (request.type === "wheels") {
    const loaded = { wheels: wheels.all(), failures: request.failures };
    prepare(() => runtime.addWheels(loaded));
  }
}

/** `work` never rejects. */
function prepare(work: () => Promise<unknown>): void {
  prepared = prepared.then(work);
}

let running: RunId | undefined;

async function execute({ run, turn, program, before }: Extract<SlotRequest, { type: "execute" }>): Promise<void> {
  await prepared;
  if (!turns.begin(turn)) return;
  signals?.begin(turn);
  running = run;
  const end = await runtime.execute(run, program, before);
  // A promise that failed and that nobody waits for is told of once nothing else is to do in this turn: so it is said before
  // the end. A message to oneself, the turn of browsers, would come before it here, and cost four times as much.
  await new Promise<void>((resolve) => later(resolve));
  running = undefined;
  send({ type: "end", run, end });
}

/** Sleeps until the agent has an answer. */
function ask(prompt: string, secret: boolean): string | undefined {
  if (signals === undefined || running === undefined) return undefined;
  signals.ask();
  send({ type: "question", run: running, prompt: prompt.slice(0, PROMPT_LIMIT), secret });
  return signals.waitForAnswer();
}

function whyNoInput(): string {
  if (signals === undefined) return CANNOT_WAIT;
  return signals.refusal === "" ? NOT_ANSWERED : `${NOT_ANSWERED}: ${signals.refusal}`;
}

/** Cells say so if it could not be started. */
function start(part: SlotPart, contents: SlotFiles): Promise<unknown> {
  const blobs = Object.entries(contents).map(([role, content]) => [role, new Blob([content])] as const);
  // reason: what is missing makes the start fail, which is told.
  const files = Object.fromEntries(blobs) as unknown as PythonFiles & SqlFiles;
  switch (part) {
    case "python":
      return addPython(runtime, files, { signals, ask, whyNoInput });
    case "sql":
      return addSql(runtime, files);
    case "plot":
      return addPlot(runtime, files.engine);
  }
}

/** A cell may have replaced what is needed to tell of it. Nothing in this slot is to be trusted then: the agent ends it. */
function tellUncaught(error: unknown, stack?: string): void {
  try {
    runtime.uncaught(error, stack);
  } catch {
    send({ type: "broken" });
  }
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

// To the main thread: it sleeps in its reads from then on, and hears of no error in loading.
const tellLoaded = postMessage.bind(undefined, "loaded");
lockDown();
for (const name of CLOSED) Reflect.deleteProperty(globalThis, name);
Object.assign(Error, { stackTraceLimit: STACK_FRAMES, prepareStackTrace: writeStack });
catchUncaught({ uncaught: tellUncaught });
Object.defineProperty(globalThis, "console", { value: runtime.console, configurable: true });
tellLoaded();
