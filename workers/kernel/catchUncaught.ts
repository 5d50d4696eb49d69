import type { CellRuntime } from "./CellRuntime.ts";

/**
 * Tells the runtime of errors nobody caught, so that the cell shows them and no worker ends by them (Deno's would).
 * For workers only: it takes the global object's `error` and `unhandledrejection` events.
 */
export function catchUncaught(runtime: Pick<CellRuntime, "uncaught">): void {
  addEventListener("error", (event) => {
    event.preventDefault();
    const { message, filename, lineno, colno } = event;
    runtime.uncaught(event.error ?? message, `    at ${filename}:${lineno}:${colno}`);
  });
  addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    runtime.uncaught(event.reason);
  });
}
