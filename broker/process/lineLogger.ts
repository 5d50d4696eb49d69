import type { LogFields, Logger } from "#shared/ports/Logger.ts";

type Level = "debug" | "info" | "warn" | "error";

/**
 * Writes lines to standard error: `12:30:01 warn  broker: an MQTT connection was ended client=… reason=…`. Standard
 * output belongs to what a command answers. `debug` is shown only with MESHBOOK_DEBUG=1.
 */
export function lineLogger(name: string): Logger {
  const write = (level: Level, message: string, fields: LogFields = {}): void => {
    if (level === "debug" && process.env["MESHBOOK_DEBUG"] !== "1") return;
    const time = new Date().toTimeString().slice(0, 8);
    const details = Object.entries(fields).map(([key, value]) => ` ${key}=${show(value)}`);
    process.stderr.write(`${time} ${level.padEnd(5)} ${name}: ${message}${details.join("")}\n`);
  };
  return {
    debug: (message, fields) => write("debug", message, fields),
    info: (message, fields) => write("info", message, fields),
    warn: (message, fields) => write("warn", message, fields),
    error: (message, fields) => write("error", message, fields),
  };
}

function show(value: unknown): string {
  if (value instanceof Error) return JSON.stringify(value.cause === undefined ? value.message : causes(value));
  return value === undefined ? "none" : JSON.stringify(value);
}

function causes(error: Error): string {
  return error.cause instanceof Error ? `${error.message}: ${causes(error.cause)}` : error.message;
}
