import type { CellId } from "#shared/base/ids.ts";
import { bytes, formatBytes } from "#shared/base/units.ts";
import { COPY_LIMIT, LANGUAGE_TITLES, type ValueCopy } from "#shared/contracts/kernel/copyQuestion.ts";
import type { CellLanguage, CellProgram } from "#shared/ports/Kernel.ts";
import { dataSize } from "./dataSize.ts";
import { foreignErrorOutput, type CellError } from "./errorOutput.ts";
import type { Getter, LanguageRuntime } from "./LanguageRuntime.ts";

/** The values of a cell, by name, and the language they are of. */
export interface CellValues {
  readonly language: CellLanguage;
  readonly getters: ReadonlyMap<string, Getter>;
}

/** What a program reads from another language that is larger than `COPY_LIMIT`. */
export function largeCopies(
  { inputs, language: to }: CellProgram,
  values: ReadonlyMap<CellId, CellValues>,
  runtimes: ReadonlyMap<CellLanguage, LanguageRuntime>,
): readonly ValueCopy[] {
  return Object.entries(inputs).flatMap(([name, cell]) => {
    const known = values.get(cell);
    if (known === undefined || known.language === to) return [];
    const size = sizeOf(known, { cell, name }, runtimes) ?? 0;
    return size > COPY_LIMIT ? [{ cell, name, size: bytes(Math.round(size)), to }] : [];
  });
}

function sizeOf(
  { language, getters }: CellValues,
  { cell, name }: Pick<ValueCopy, "cell" | "name">,
  runtimes: ReadonlyMap<CellLanguage, LanguageRuntime>,
): number | undefined {
  try {
    return language === "javascript" ? dataSize(getters.get(name)?.()) : runtimes.get(language)?.sizeOf?.(cell, name);
  } catch {
    // Its declaration was not reached, or its like was never seen: whoever copies it says so.
    return undefined;
  }
}

/** For where nobody can be asked. */
export const copying = (copy: ValueCopy): string => `[copying ${inWords(copy)}]\n`;

export function notCopied(copy: ValueCopy, failed: CellId): CellError {
  const evalue =
    `${inWords(copy)} was not copied. Run the cell again to be asked again, or make a smaller part of it in a cell of ` +
    "its own language";
  return foreignErrorOutput({ ename: "NotCopied", evalue, frames: [], notes: [] }, [], failed);
}

const inWords = ({ name, size, to }: ValueCopy): string =>
  `${formatBytes(size)} of “${name}” to ${LANGUAGE_TITLES[to]}`;
