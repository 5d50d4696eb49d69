import * as Y from "yjs";
import { PeerId, type CellId } from "../base/ids.ts";
import { isRecord, readNumber, readString, type JsonObject } from "../base/parse.ts";
import { unixMs, type UnixMs } from "../base/units.ts";
import { CELL } from "./schema.ts";

/** Kinds this code can edit. A cell of another kind, from newer code, is kept and shown as raw text. */
export const CELL_KINDS = ["code", "markdown", "raw"] as const;
export type CellKind = (typeof CELL_KINDS)[number];

/** Who deleted a cell and when, as told by the deleting peer. */
export interface Deletion {
  readonly by: PeerId | undefined;
  readonly name: string;
  readonly at: UnixMs;
}

/** One cell as plain data. */
export interface Cell {
  readonly id: CellId;
  readonly kind: CellKind;
  /** Language of a code cell as Jupyter names it (`javascript`, `python`); of other kinds meaningless. */
  readonly language: string;
  readonly source: string;
  readonly deleted: Deletion | undefined;
  readonly metadata: JsonObject;
}

const NAME_LIMIT = 64;
const LANGUAGE_LIMIT = 64;
const LATEST_TIME = 8_640_000_000_000_000;

/** The Y.Map of a cell, or undefined where a hostile or newer peer put something that is no cell. */
export function cellMap(cells: Y.Map<unknown>, id: CellId): Y.Map<unknown> | undefined {
  const value = cells.get(id);
  return value instanceof Y.Map && value.get(CELL.source) instanceof Y.Text ? value : undefined;
}

/** The text of a cell, to bind an editor to. */
export function cellSource(cells: Y.Map<unknown>, id: CellId): Y.Text | undefined {
  const source = cellMap(cells, id)?.get(CELL.source);
  return source instanceof Y.Text ? source : undefined;
}

export function readCell(cells: Y.Map<unknown>, id: CellId): Cell | undefined {
  const map = cellMap(cells, id);
  if (map === undefined) return undefined;
  const source = cellSource(cells, id);
  const metadata = map.get(CELL.metadata);
  return {
    id,
    kind: readKind(map),
    language: readString(map.get(CELL.language), LANGUAGE_LIMIT) ?? "",
    source: source?.toString() ?? "",
    deleted: readDeletion(map.get(CELL.deleted)),
    // reason: what stands in a Y.Map and is no Yjs type was decoded from Yjs' own JSON-like encoding.
    metadata: isRecord(metadata) && !(metadata instanceof Y.AbstractType) ? (metadata as JsonObject) : {},
  };
}

export function readKind(map: Y.Map<unknown>): CellKind {
  const kind = map.get(CELL.kind);
  return CELL_KINDS.find((known) => known === kind) ?? "raw";
}

export function isDeleted(map: Y.Map<unknown>): boolean {
  return readDeletion(map.get(CELL.deleted)) !== undefined;
}

/** Whatever stands under `del` means deleted; what cannot be read of it is left out. */
function readDeletion(value: unknown): Deletion | undefined {
  if (value === undefined || value === null) return undefined;
  const record = isRecord(value) ? value : {};
  return {
    by: PeerId.parse(record["by"]),
    name: readString(record["name"], NAME_LIMIT) ?? "",
    at: unixMs(readNumber(record["at"], 0, LATEST_TIME) ?? 0),
  };
}
