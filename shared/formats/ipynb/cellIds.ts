import { contentHashOfText } from "../../base/hash.ts";
import { CellId } from "../../base/ids.ts";
import { rawGet, rawString, type RawJson } from "../json/rawJson.ts";
import { joinRaw } from "./lines.ts";

export interface GivenIds {
  readonly ids: readonly CellId[];
  /** What was repaired, for the user. */
  readonly warnings: readonly string[];
}

/** Characters of an id made here: 48 bits, far from any chance in one file; nbformat's own tools make 8. */
const MADE_ID_LENGTH = 12;
/** Cell numbers named in one warning. */
const NAMED_CELLS = 5;

/** Valid for nbformat, but the name that JavaScript objects give their prototype. */
const UNSAFE_ID = "__proto__";

/**
 * An id for every cell of a file. Ids of the file stay; of two equal ones the first. A file older than 4.5 has none:
 * there Colab's `metadata.id` serves, if it fits. All others are made of what the cell says and how many cells above
 * say the same, so that everybody who reads this file finds the same ids.
 * In a file of 4.5 or later a missing, doubled or misspelt id is repaired, as nbformat does, with a warning.
 */
export function giveCellIds(cells: readonly RawJson[], idsExpected: boolean): GivenIds {
  const claims = cells.map((cell) => claimOf(cell, idsExpected));
  const taken = new Map<string, number>();
  claims.forEach((claim, index) => {
    if (claim.id !== undefined && !taken.has(claim.id)) taken.set(claim.id, index);
  });
  const repairs: Record<"missing" | "invalid" | "double", number[]> = { missing: [], invalid: [], double: [] };
  const seen = new Map<string, number>();
  const ids = cells.map((cell, index) => {
    const { id, state } = claims[index] ?? { id: undefined, state: "missing" as const };
    if (id !== undefined && taken.get(id) === index) return id;
    repairs[state === "valid" ? "double" : state].push(index + 1);
    return makeId(cell, seen, taken);
  });
  return { ids, warnings: idsExpected ? warningsOf(repairs) : [] };
}

function claimOf(
  cell: RawJson,
  idsExpected: boolean,
): { id: CellId | undefined; state: "valid" | "invalid" | "missing" } {
  const raw = rawGet(cell, "id");
  const id = safeId(raw);
  if (id !== undefined) return { id, state: "valid" };
  if (raw !== undefined) return { id: undefined, state: "invalid" };
  return { id: idsExpected ? undefined : safeId(rawGet(rawGet(cell, "metadata"), "id")), state: "missing" };
}

function safeId(raw: RawJson | undefined): CellId | undefined {
  const id = CellId.parse(rawString(raw));
  return id === UNSAFE_ID ? undefined : id;
}

function makeId(cell: RawJson, seen: Map<string, number>, taken: Map<string, number>): CellId {
  const content = `${rawString(rawGet(cell, "cell_type")) ?? ""}\n${joinRaw(rawGet(cell, "source")) ?? ""}`;
  const hash = contentHashOfText(content);
  for (;;) {
    const above = seen.get(hash) ?? 0;
    seen.set(hash, above + 1);
    const id = CellId.parse(contentHashOfText(`${above} ${hash}`).slice(0, MADE_ID_LENGTH));
    if (id === undefined || taken.has(id)) continue;
    taken.set(id, -1);
    return id;
  }
}

function warningsOf(repairs: Readonly<Record<"missing" | "invalid" | "double", readonly number[]>>): string[] {
  const words = {
    missing: "had no id and got one",
    invalid: "had an id that the format does not allow and got a new one",
    double: "had the id of an earlier cell and got a new one",
  };
  return (["missing", "invalid", "double"] as const)
    .filter((kind) => repairs[kind].length > 0)
    .map((kind) => `${nameCells(repairs[kind])} ${words[kind]}`);
}

/** `cell 3`, `cells 3 and 5`, `cells 1, 2, 3, 4, 5 and 12 more`. */
export function nameCells(numbers: readonly number[]): string {
  const named = numbers.slice(0, NAMED_CELLS).map(String);
  const rest = numbers.length - named.length;
  if (numbers.length === 1) return `cell ${named.join("")}`;
  const last = rest > 0 ? `${rest} more` : (named.pop() ?? "");
  return `cells ${named.join(", ")} and ${last}`;
}
