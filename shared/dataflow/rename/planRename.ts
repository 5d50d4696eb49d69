import type { CellId } from "../../base/ids.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { Cell } from "../../notebook/cell.ts";
import { FlowReader } from "../FlowReader.ts";
import { namePlaces, namingLanguage } from "../names/namePlaces.ts";
import { inOrder, isPlaceOf, type NamePlace } from "../names/NamePlace.ts";
import { typePlaces } from "../names/typePlaces.ts";
import type { FlowCell, NotebookFlow } from "../resolveInputs.ts";
import { sourceLanguage } from "../sourceLanguage.ts";
import { quoteName } from "../sql/quoteName.ts";
import { isVariableName } from "./isVariableName.ts";
import { defines, renamedCells } from "./renamedCells.ts";

/** A line of a cell in which the variable is named. */
export interface RenamedLine {
  /** From 1. */
  readonly line: number;
  readonly text: string;
  /** Where in the line the name stands. */
  readonly spans: readonly { readonly from: number; readonly to: number }[];
}

export interface CellRename {
  readonly cell: CellId;
  readonly before: string;
  readonly after: string;
  readonly defines: boolean;
  readonly lines: readonly RenamedLine[];
}

/**
 * Why a variable cannot have another name. `unknown`: no cell defines it. `same`: it has that name. `no-name`: not a name
 * in the language of one of the cells. `private`: names with `_` stay in their cell. `broken`: a cell cannot be
 * read. `package`: it is the head of `import a.b`. `type`: in a type of this cell the name may mean a type parameter. `word`: in
 * this cell in SQL it may mean a column. `taken`: the new name means something else in this cell.
 */
export type RenameRefusal =
  | { readonly reason: "unknown" | "same" | "private" }
  | { readonly reason: "no-name" | "broken" | "package" | "type" | "word" | "taken"; readonly cell: CellId };

export interface RenameRequest {
  /** A cell that names the variable. */
  readonly cell: CellId;
  readonly name: string;
  readonly to: string;
}

/**
 * What renaming a variable changes, in all cells that share it; or why it must not be done. `cells`: all visible cells,
 * in order. A new name is taken if it would change what any cell reads: the renamed notebook is read to find out. `reader`:
 * of whoever asks again and again, for each letter of the name; then only what differs is parsed.
 */
export function planRename(
  cells: readonly Cell[],
  { cell, name, to }: RenameRequest,
  reader = new FlowReader(),
): Result<readonly CellRename[], RenameRefusal> {
  const flow = reader.read(cells);
  const shared = new Set(renamedCells(flow, cell, name));
  if ([...shared].every((id) => !defined(flow, id, name))) return err({ reason: "unknown" });
  for (const id of typeReaders(cells, flow, shared, name)) shared.add(id);
  const renames: CellRename[] = [];
  for (const id of shared) {
    const found = cells.find((one) => one.id === id);
    const planned = found && renameIn(found, { name, to, defines: defined(flow, id, name) });
    if (planned === undefined) continue;
    if (!planned.ok) return planned;
    renames.push(planned.value);
  }
  if (name === to) return err({ reason: "same" });
  if (to.startsWith("_")) return err({ reason: "private" });
  const renamed = withTexts(cells, renames);
  const taken = changedMeaning({ before: flow, after: reader.read(renamed), renamed }, renames, { name, to });
  return taken === undefined ? ok(renames) : err({ reason: "taken", cell: taken });
}

/**
 * Cells that name the variable only in types, which are not executed: they read nothing. They mean the nearest definition
 * above, or else the first below.
 */
function typeReaders(
  cells: readonly Cell[],
  flow: NotebookFlow,
  shared: ReadonlySet<CellId>,
  name: string,
): readonly CellId[] {
  let meant = cells.find(({ id }) => defined(flow, id, name))?.id;
  return cells.flatMap((cell) => {
    if (defined(flow, cell.id, name)) meant = cell.id;
    const isOther = meant === undefined || !shared.has(meant) || shared.has(cell.id);
    if (isOther || namingLanguage(cell) !== "typescript" || !cell.source.includes(name)) return [];
    const executed = placesOf(cell, name);
    const places = executed?.length === 0 ? typePlaces(cell.source, name) : [];
    return places === "unsure" || places.length > 0 ? [cell.id] : [];
  });
}

function defined(flow: NotebookFlow, id: CellId, name: string): boolean {
  const cell = flow.get(id);
  return cell !== undefined && defines(cell, name);
}

interface NewName {
  readonly name: string;
  readonly to: string;
}

function renameIn(cell: Cell, wanted: NewName & { readonly defines: boolean }): Result<CellRename, RenameRefusal> {
  const language = sourceLanguage(cell.language) ?? "javascript";
  if (!isVariableName(wanted.to, language)) return err({ reason: "no-name", cell: cell.id });
  const executed = placesOf(cell, wanted.name);
  const typed = language === "typescript" ? typePlaces(cell.source, wanted.name) : [];
  if (typed === "unsure") return err({ reason: "type", cell: cell.id });
  if (executed === undefined || executed.length + typed.length === 0) return err({ reason: "broken", cell: cell.id });
  const places = inOrder([...executed, ...typed]);
  if (places.some(({ form }) => form === "package")) return err({ reason: "package", cell: cell.id });
  if (places.some(({ form }) => form === "word")) return err({ reason: "word", cell: cell.id });
  let after = cell.source;
  for (const { from, to, form } of [...places].reverse()) {
    after = after.slice(0, from) + written(form, wanted) + after.slice(to);
  }
  const lines = linesOf(cell.source, places);
  return ok({ cell: cell.id, before: cell.source, after, defines: wanted.defines, lines });
}

/** The new name as it stands in a place of this form. */
function written(form: NamePlace["form"], { name, to }: NewName): string {
  if (form === "table") return quoteName(to);
  return (form === "shorthand" ? `${name}: ` : form === "import" ? `${name} as ` : "") + to;
}

const placesOf = (cell: Cell, name: string): readonly NamePlace[] | undefined =>
  namePlaces(cell)?.filter((place) => isPlaceOf(place, name));

function linesOf(source: string, places: readonly NamePlace[]): readonly RenamedLine[] {
  let start = 0;
  return source.split("\n").flatMap((text, index) => {
    const [from, to] = [start, start + text.length];
    start = to + 1;
    const spans = places.filter((place) => place.from >= from && place.to <= to);
    if (spans.length === 0) return [];
    return [{ line: index + 1, text, spans: spans.map((one) => ({ from: one.from - from, to: one.to - from })) }];
  });
}

function withTexts(cells: readonly Cell[], renames: readonly CellRename[]): readonly Cell[] {
  const texts = new Map(renames.map(({ cell, after }) => [cell, after]));
  return cells.map((cell) => ({ ...cell, source: texts.get(cell.id) ?? cell.source }));
}

interface RenamedNotebook {
  readonly before: NotebookFlow;
  readonly after: NotebookFlow;
  readonly renamed: readonly Cell[];
}

/** The first cell that would read or define something else than before. */
function changedMeaning(
  { before, after, renamed }: RenamedNotebook,
  renames: readonly CellRename[],
  { name, to }: NewName,
): CellId | undefined {
  const changes = new Map(renames.map((rename) => [rename.cell, rename]));
  const newName = (one: string): string => (one === name ? to : one);
  return renamed.find((cell) => {
    const [old, now] = [before.get(cell.id), after.get(cell.id)];
    if (old === undefined || now === undefined) return old !== now;
    const change = changes.get(cell.id);
    if (change === undefined) return meaning(old, same) !== meaning(now, same);
    const places = placesOf({ ...cell, source: change.before }, name)?.length;
    return placesOf(cell, to)?.length !== places || meaning(old, newName) !== meaning(now, same);
  })?.id;
}

const same = (name: string): string => name;

/** What a cell defines and where it reads from, as one text. */
function meaning(cell: FlowCell, rename: (name: string) => string): string {
  const sorted = (pairs: readonly (readonly [string, unknown])[]): unknown =>
    pairs.map(([name, value]) => [rename(name), value] as const).sort(([one], [other]) => (one < other ? -1 : 1));
  const { compiled, inputs, unresolved } = cell;
  if (!compiled.ok) return "broken";
  const defined = compiled.value.defines.map((name) => [name, true] as const);
  return JSON.stringify([sorted([...inputs]), sorted([...unresolved]), sorted(defined)]);
}
