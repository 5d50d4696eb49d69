// Entry of the worker that executes cells in a page: a classic worker inside the runner frame. The frame's first message
// brings the port to the app; nothing else is ever listened to.

import { expose } from "comlink";
import type { KernelWorkerApi, KernelWorkerEvents, KernelWorkerReady } from "#shared/contracts/kernelWorkerApi.ts";
import { catchUncaught } from "./catchUncaught.ts";
import { CellRuntime } from "./CellRuntime.ts";
import { lockDown } from "./lockDown.ts";

/** Frames of a stack that are recorded: those of the cell are the innermost. */
const STACK_FRAMES = 50;

addEventListener("message", ({ ports: [port] }) => port && start(port), { once: true });
lockDown();
Object.assign(Error, { stackTraceLimit: STACK_FRAMES });

function start(port: MessagePort): void {
  const runtime = new CellRuntime((run, events) => {
    const message: KernelWorkerEvents = { type: "events", run, json: JSON.stringify(events) };
    port.postMessage(message);
  });
  catchUncaught(runtime);
  Object.defineProperty(globalThis, "console", { value: runtime.console, configurable: true });
  const api: KernelWorkerApi = { execute: (run, program, before) => runtime.execute(run, program, before) };
  expose(api, port);
  const ready: KernelWorkerReady = { type: "ready" };
  port.postMessage(ready);
}
