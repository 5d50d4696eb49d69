// What a result follows from, as one hash. The same on every computer, whatever the cells are called there.

import { contentHashOfText } from "../../base/hash.ts";
import type { ContentHash } from "../../base/ids.ts";
import type { ImportPins } from "../../ports/Kernel.ts";
import type { KeptLanguage } from "../../notebook/kept/keptResult.ts";

export interface KeyParts {
  readonly language: KeptLanguage;
  /** What executes it; another version may compute something else. */
  readonly runtime: string;
  /** What a kernel evaluates: types and what else has no meaning is gone. */
  readonly code: string;
  readonly defines: readonly string[];
  /** Name the cell reads → what tells its value from others. A name that is bound to nothing is left out. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Versions of what it imports. */
  readonly pins?: ImportPins | undefined;
}

/** Raised when what is hashed, or kept under it, is something else than before. */
const FORMAT = 1;

/** The key under which the result of a cell is kept. */
export const keptKey = (parts: KeyParts): ContentHash => contentHashOfText(`memo/${FORMAT} ${stableJson(parts)}`);

/** What tells the value of this text from others. */
export const identityOfValue = (text: string): string => `value:${contentHashOfText(text)}`;
/** What tells a function or a class from others: its source, and what that reads. Its text does not travel. */
export const identityOfCode = (code: string, inputs: Readonly<Record<string, string>>): string =>
  `code:${contentHashOfText(stableJson({ code, inputs }))}`;

/** JSON that does not depend on the order in which fields were set. */
function stableJson(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) =>
    typeof one === "object" && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );
}
