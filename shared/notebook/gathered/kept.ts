// Values that a cell left on another computer, as text in devalue's format.

import { isRecord, readString } from "../../base/parse.ts";
import { kib, type Bytes } from "../../base/units.ts";

/** Characters of all values that one execution leaves: the values of a class must fit a document's outputs. */
export const KEPT_LIMIT: Bytes = kib(64);
/** Names of one cell; a sound cell defines far fewer. */
const NAME_LIMIT = 200;
const REASON_LIMIT = 500;

export interface KeptValues {
  /** Name → text of its value. */
  readonly values: Readonly<Record<string, string>>;
  /** Name → why its value cannot leave the kernel. */
  readonly reasons: Readonly<Record<string, string>>;
}

/** Reads kept values; undefined for anything no sound kernel shows. */
export function parseKeptValues(given: unknown): KeptValues | undefined {
  if (!isRecord(given)) return undefined;
  const values = readTexts(given["values"], KEPT_LIMIT);
  const reasons = readTexts(given["reasons"], REASON_LIMIT);
  if (values === undefined || reasons === undefined) return undefined;
  const size = Object.values(values).reduce((sum, text) => sum + text.length, 0);
  return size > KEPT_LIMIT ? undefined : { values, reasons };
}

function readTexts(given: unknown, limit: number): Readonly<Record<string, string>> | undefined {
  if (!isRecord(given)) return undefined;
  const entries = Object.entries(given);
  if (entries.length > NAME_LIMIT) return undefined;
  const read = entries.flatMap(([name, text]) => {
    const known = readString(text, limit);
    return known === undefined ? [] : [[name, known] as const];
  });
  return read.length === entries.length ? Object.fromEntries(read) : undefined;
}
