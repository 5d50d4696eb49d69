import type { CellId } from "../../base/ids.ts";
import type { Cell } from "../../notebook/cell.ts";
import type { CellSyntaxError } from "../CompiledCell.ts";
import { pythonMistake } from "../python/pythonMistake.ts";
import type { NotebookFlow } from "../resolveInputs.ts";
import { namePlaces, namingLanguage } from "./namePlaces.ts";

/** Something in a cell that its author should look at. Offsets are UTF-16 units. */
export interface SourceMark {
  readonly from: number;
  readonly to: number;
  readonly kind: "mistake" | "unresolved";
  readonly message: string;
}

/** Marks of one kind in one cell: more tell nothing new. */
const MARKS_LIMIT = 50;

/**
 * What is wrong with a cell, as far as reading tells: where it is no program, and names that no cell and no language
 * defines. `known`: names that a cell defined before it became unreadable, while somebody types in it. `cellName`: how a
 * cell is called in a sentence.
 */
export function sourceMarks(
  cell: Cell,
  flow: NotebookFlow,
  { known, cellName }: { readonly known: ReadonlySet<string>; readonly cellName: (cell: CellId) => string },
): readonly SourceMark[] {
  const read = flow.get(cell.id);
  const language = namingLanguage(cell);
  if (read === undefined || language === undefined) return [];
  const mistake = read.compiled.ok ? undefined : read.compiled.error;
  const found = mistake ?? (language === "python" ? pythonMistake(cell.source) : undefined);
  if (found !== undefined) return [markOf(found, cell.source)];
  const missing = [...read.unresolved].filter(([name]) => !known.has(name));
  if (missing.length === 0) return [];
  const messages = new Map(missing.map(([name, candidates]) => [name, messageFor(name, candidates.map(cellName))]));
  const places = (namePlaces(cell) ?? []).filter(({ name }) => messages.has(name));
  return places.slice(0, MARKS_LIMIT).map(({ name, from, to }) => {
    return { from, to, kind: "unresolved", message: messages.get(name) ?? "" };
  });
}

function messageFor(name: string, candidates: readonly string[]): string {
  if (candidates.length === 0) return `No cell defines “${name}”.`;
  const named = `${candidates.slice(0, -1).join(", ")} and ${candidates.at(-1)}`;
  return `“${name}” is defined in ${named} below, and in none above: it is not clear which is meant.`;
}

/** From the place of the mistake to the end of the word there; at the end of the text, its last sign. */
function markOf({ line, column, message }: CellSyntaxError, source: string): SourceMark {
  const before = source.split("\n").slice(0, line - 1);
  const start = before.reduce((sum, text) => sum + text.length + 1, 0) + column - 1;
  const last = Math.max(0, source.trimEnd().length - 1);
  const from = Math.min(Math.max(0, start), last);
  const word = /^[\p{ID_Continue}$]+/u.exec(source.slice(from))?.[0].length ?? 1;
  const to = Math.min(source.length, from + word);
  return { from, to, kind: "mistake", message: message.charAt(0).toUpperCase() + message.slice(1) };
}
