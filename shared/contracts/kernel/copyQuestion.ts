import { CellId } from "../../base/ids.ts";
import { isRecord, readInteger, readString } from "../../base/parse.ts";
import { bytes, mib, type Bytes } from "../../base/units.ts";
import type { CellLanguage } from "../../ports/Kernel.ts";

/** A value larger than this is not copied to another language unasked: it would double what the page's process holds. */
export const COPY_LIMIT: Bytes = mib(64);

/** A value that a cell of another language reads, and that is copied for it. */
export interface ValueCopy {
  /** The cell that defines it. */
  readonly cell: CellId;
  readonly name: string;
  /** About as much as it takes. */
  readonly size: Bytes;
  readonly to: CellLanguage;
}

export const LANGUAGE_TITLES: Readonly<Record<CellLanguage, string>> = {
  javascript: "JavaScript",
  python: "Python",
  sql: "SQL",
};

/** UTF-16 units of a name; no variable has a longer one. */
const NAME_LIMIT = 1_000;
const LARGEST = 2 ** 40;

/** Reads a copy that a kernel worker asks about; undefined for anything a sound worker does not ask. */
export function parseValueCopy(value: unknown): ValueCopy | undefined {
  if (!isRecord(value)) return undefined;
  const cell = CellId.parse(value["cell"]);
  const name = readString(value["name"], NAME_LIMIT);
  const size = readInteger(value["size"], 0, LARGEST);
  const to = value["to"];
  if (cell === undefined || name === undefined || size === undefined) return undefined;
  return to === "javascript" || to === "python" || to === "sql" ? { cell, name, size: bytes(size), to } : undefined;
}
