// Entry of the worker that executes cells in a slot, with the same runtime as the worker of a page.

import type { SlotEvent, SlotRequest } from "#shared/contracts/slotProtocol.ts";
import { catchUncaught } from "../../kernel/catchUncaught.ts";
import { CellRuntime } from "../../kernel/CellRuntime.ts";
import { lockDown } from "../../kernel/lockDown.ts";

/** Frames of a stack that are recorded: those of the cell are the innermost. */
const STACK_FRAMES = 50;
/** What Deno adds to a worker's globals and a cell has no use for. All of it is refused by permissions anyway. */
const CLOSED = ["Deno", "process", "Worker", "localStorage", "sessionStorage", "prompt", "confirm", "alert"];

// Taken before any cell runs: a cell that replaces them must not break the protocol of the cells after it.
const { parse, stringify } = JSON;
const post = postMessage.bind(globalThis);
const send = (event: SlotEvent): void => post(stringify(event));

const runtime = new CellRuntime((run, events) => send({ type: "events", run, events }));

addEventListener("message", ({ data }) => {
  // reason: the main thread hands on what the agent sent, and the agent is trusted here.
  const request = parse(data as string) as SlotRequest;
  void execute(request);
});

async function execute({ run, program, before }: SlotRequest): Promise<void> {
  const end = await runtime.execute(run, program, before);
  send({ type: "end", run, end });
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
