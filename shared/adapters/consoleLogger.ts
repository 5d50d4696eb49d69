import type { LogFields, Logger } from "../ports/Logger.ts";

const LEVELS = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof LEVELS)[number];

/** Writes to the console what is at least as grave as `from`. */
export function consoleLogger(from: LogLevel = "info"): Logger {
  const write =
    (level: LogLevel) =>
    (message: string, fields?: LogFields): void => {
      if (LEVELS.indexOf(level) < LEVELS.indexOf(from)) return;
      if (fields === undefined) console[level](message);
      else console[level](message, fields);
    };
  return { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
}

/** For places that have nobody to read a log. */
export const silentLogger: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
