import type { CellId } from "../../base/ids.ts";
import type { JsonObject } from "../../base/parse.ts";
import { CELL_KINDS, type CellKind } from "../../notebook/cell.ts";
import { isPlainRecord, mergePlain, type TextStyle } from "../json/plainToRaw.ts";
import { isRawObject, rawNumber, rawString, type RawArray, type RawEntry, type RawJson } from "../json/rawJson.ts";
import { withCellLanguage } from "./language.ts";
import { sourceText, sourceToRaw } from "./lines.ts";
import { applySkeleton, skeletonRaw, type Skeleton } from "./skeleton.ts";

/** A cell as its file is to say it. */
export interface CellContent {
  readonly id: CellId;
  readonly kind: CellKind;
  readonly language: string;
  readonly source: string;
  readonly metadata: JsonObject;
  readonly count: number | undefined;
  readonly outputs: RawArray;
}

export interface CellContext {
  readonly style: TextStyle;
  /** True if the file's version has ids on cells (4.5 and later). */
  readonly ids: boolean;
  readonly notebookLanguage: string;
}

/** The keys that only code cells have. */
const CODE_KEYS: readonly string[] = ["execution_count", "outputs"];

/** The keys that this code gives a cell of some kind, sorted. Others are only kept. */
export function liveKeys(kind: CellKind, ids: boolean): readonly string[] {
  return ["cell_type", "execution_count", "id", "metadata", "outputs", "source"].filter((key) =>
    key === "id" ? ids : kind === "code" || !CODE_KEYS.includes(key),
  );
}

/** The entries of a cell in its file. Without a skeleton: nbformat's canonical form. */
export function cellToRaw(
  cell: CellContent,
  skeleton: Skeleton | undefined,
  context: CellContext,
): readonly RawEntry[] {
  const fit = droppedAttachments(cell.kind, skeleton) ? skeleton?.filter(({ key }) => key !== "attachments") : skeleton;
  const live = liveKeys(cell.kind, context.ids);
  const value = (key: string, raw: RawJson | undefined): RawJson => cellValue(key, raw, cell, context);
  if (!isUnknownType(cell.kind, fit)) return applySkeleton(fit, live, value, context.style.sorted);
  const needed = live.filter((key) => isNeeded(key, cell, fit));
  const kept = (key: string, raw: RawJson | undefined): RawJson => keptValue(key, raw, cell) ?? value(key, raw);
  return applySkeleton(fit, needed, kept, context.style.sorted);
}

/** True while a cell is of a type from a newer version: what that type requires is not ours to add. */
function isUnknownType(kind: CellKind, skeleton: Skeleton | undefined): boolean {
  const type = skeletonRaw(skeleton, "cell_type");
  return type !== undefined && kind === "raw" && rawString(type) !== "raw";
}

function isNeeded(key: string, cell: CellContent, skeleton: Skeleton | undefined): boolean {
  if (key === "id" || skeleton?.some((entry) => entry.key === key) === true) return true;
  return key === "source" && cell.source !== "";
}

/** What a cell of an unknown type has under a key we know in a form we do not: it stays while nothing replaces it. */
function keptValue(key: string, raw: RawJson | undefined, cell: CellContent): RawJson | undefined {
  if (raw === undefined) return undefined;
  if (key === "source" && cell.source === "" && sourceText(raw) === undefined) return raw;
  return key === "metadata" && Object.keys(cell.metadata).length === 0 && !isRawObject(raw) ? raw : undefined;
}

/** True for a text cell with attachments that became a code cell: the format allows none there. */
export function droppedAttachments(kind: CellKind, skeleton: Skeleton | undefined): boolean {
  if (kind !== "code" || skeleton === undefined) return false;
  const keys = skeleton.map(({ key }) => key);
  return keys.includes("attachments") && !keys.some((key) => CODE_KEYS.includes(key));
}

function cellValue(key: string, raw: RawJson | undefined, cell: CellContent, context: CellContext): RawJson {
  switch (key) {
    case "cell_type":
      return raw !== undefined && kindOf(raw) === cell.kind ? raw : `"${cell.kind}"`;
    case "execution_count":
      return raw !== undefined && countOf(raw) === cell.count ? raw : String(cell.count ?? null);
    case "id":
      return `"${cell.id}"`;
    case "metadata":
      return metadataToRaw(raw, cell, context);
    case "outputs":
      return cell.outputs;
    default:
      return sourceToRaw(cell.source, raw, context.style);
  }
}

function metadataToRaw(raw: RawJson | undefined, cell: CellContent, { style, notebookLanguage }: CellContext): RawJson {
  const metadata = isPlainRecord(cell.metadata) ? cell.metadata : {};
  const full = cell.kind === "code" ? withCellLanguage(metadata, cell.language, notebookLanguage) : metadata;
  return mergePlain(full, raw, style);
}

/** The kind that a cell type is shown as: an unknown one as raw text. */
export function kindOf(cellType: RawJson | undefined): CellKind {
  const name = rawString(cellType);
  return CELL_KINDS.find((kind) => kind === name) ?? "raw";
}

/** The count of a code cell; undefined for null and for what is no count. */
export function countOf(raw: RawJson | undefined): number | undefined {
  const count = rawNumber(raw);
  return Number.isSafeInteger(count) && count !== undefined && count >= 0 ? count : undefined;
}
