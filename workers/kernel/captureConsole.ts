import { formatLog } from "./formatLog.ts";
import { formatTable } from "./formatTable.ts";
import { inspectValue } from "./inspectValue.ts";

/** Where a console prints. `closed`: it takes nothing more, so nothing need be formatted. */
export interface ConsoleTarget {
  readonly closed: boolean;
  print(name: "stdout" | "stderr", text: string): void;
  /** An error with where it happened. */
  trace(error: Error): string;
}

type Log = (...parts: readonly unknown[]) => void;
/** The console a cell sees. */
export type CellConsole = Readonly<Record<string, Log>>;

/** A console that prints to one run. */
export function captureConsole(target: ConsoleTarget): CellConsole {
  let indent = "";
  const line = (name: "stdout" | "stderr", text: () => string): void => {
    if (target.closed) return;
    const shown = text();
    target.print(name, `${indent}${indent === "" ? shown : shown.replaceAll("\n", `\n${indent}`)}\n`);
  };
  const log: Log = (...parts) => line("stdout", () => formatLog(parts, (error) => target.trace(error)));
  const warn: Log = (...parts) => line("stderr", () => formatLog(parts, (error) => target.trace(error)));
  const group: Log = (...parts) => {
    if (parts.length > 0) log(...parts);
    indent += "  ";
  };
  return {
    log,
    info: log,
    debug: log,
    warn,
    error: warn,
    trace: (...parts) => warn("Trace:", ...parts),
    dir: (value) => log(typeof value === "string" ? inspectValue(value) : value),
    dirxml: log,
    table: (data) => line("stdout", () => formatTable(data)),
    assert: (condition, ...parts) => {
      if (!condition) warn("Assertion failed:", ...parts);
    },
    group,
    groupCollapsed: group,
    groupEnd: () => {
      indent = indent.slice(2);
    },
    clear: () => undefined,
    ...counters(log),
    ...timers(log),
  };
}

function labelOf(label: unknown): string {
  if (label === undefined) return "default";
  return typeof label === "string" ? label : inspectValue(label);
}

function counters(log: Log): CellConsole {
  const counts = new Map<string, number>();
  return {
    count: (label) => {
      const name = labelOf(label);
      const count = (counts.get(name) ?? 0) + 1;
      counts.set(name, count);
      log(`${name}: ${count}`);
    },
    countReset: (label) => void counts.delete(labelOf(label)),
  };
}

function timers(log: Log): CellConsole {
  const started = new Map<string, number>();
  const report = (label: unknown, ...parts: readonly unknown[]): void => {
    const name = labelOf(label);
    const start = started.get(name);
    if (start === undefined) log(`${name}: no such timer`);
    else log(`${name}: ${(performance.now() - start).toFixed(3)} ms`, ...parts);
  };
  return {
    time: (label) => void started.set(labelOf(label), performance.now()),
    timeLog: report,
    timeEnd: (label) => {
      report(label);
      started.delete(labelOf(label));
    },
  };
}
