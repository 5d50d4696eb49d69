import { isRecord, readArray, readString } from "../base/parse.ts";
import { readPackagePin } from "../notebook/packagePins.ts";
import { readWheelPins } from "../notebook/wheelPins.ts";
import type { CellProgram, ImportPins } from "../ports/Kernel.ts";

/** Imports of one cell. */
const IMPORTS_LIMIT = 1_000;
const TEXT_LIMIT = 1_000;

/** What a program says of its imports, as far as it can be read: what is left out is loaded as if nobody had pinned it. */
export function readImports(value: Readonly<Record<string, unknown>>): Pick<CellProgram, "imports" | "pins"> {
  const imports = readArray(value["imports"], IMPORTS_LIMIT, (item) => readString(item, TEXT_LIMIT));
  if (imports === undefined || imports.length === 0) return {};
  const pins = readPins(value["pins"]);
  return pins === undefined ? { imports } : { imports, pins };
}

function readPins(value: unknown): ImportPins | undefined {
  if (!isRecord(value)) return undefined;
  const modules = readEach(value["modules"], readPackagePin);
  const wheels = readEach(value["wheels"], readWheelPins);
  return { ...(modules && { modules }), ...(wheels && { wheels }) };
}

function readEach<Pin>(
  value: unknown,
  read: (pin: unknown) => Pin | undefined,
): Readonly<Record<string, Pin>> | undefined {
  if (!isRecord(value)) return undefined;
  const entries = Object.entries(value).slice(0, IMPORTS_LIMIT);
  return Object.fromEntries(
    entries.flatMap(([text, given]): readonly [string, Pin][] => {
      const pin = read(given);
      return pin === undefined ? [] : [[text, pin]];
    }),
  );
}
