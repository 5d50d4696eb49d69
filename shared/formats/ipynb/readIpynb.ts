import { BadInputError } from "../../base/errors.ts";
import { contentHashOfText } from "../../base/hash.ts";
import type { ContentHash } from "../../base/ids.ts";
import type { JsonObject, JsonValue } from "../../base/parse.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { NotebookDraft } from "../../notebook/createNotebook.ts";
import { decodeFile } from "../decodeFile.ts";
import { titleOf } from "../title.ts";
import { detectStyle, irregularGaps, writeStyle, type Gaps } from "../json/jsonStyle.ts";
import { parseRawJson } from "../json/parseRawJson.ts";
import { CANONICAL_STYLE, compactRawJson, type JsonStyle } from "../json/printRawJson.ts";
import { isRawArray, isRawObject, rawGet, rawNumber, rawToPlainObject, type RawJson } from "../json/rawJson.ts";
import type { CellContext } from "./cellToRaw.ts";
import { giveCellIds, nameCells } from "./cellIds.ts";
import { isSorted } from "./isSorted.ts";
import { notebookLanguage } from "./language.ts";
import type { FileBlob } from "./outputs.ts";
import { readIpynbCell, type ReadCell } from "./readIpynbCell.ts";
import { createSkeleton, writeSkeleton } from "./skeleton.ts";
import { upgradeNotebook, versionOf } from "./upgradeNotebook.ts";

/** A file as a notebook: everything there is to make a document of. */
export interface ReadNotebook {
  readonly draft: NotebookDraft;
  /** Bodies of outputs that are too large for the document, to be stored before it is shown. */
  readonly blobs: readonly FileBlob[];
  /** What was repaired or could not be kept, in words for the user. */
  readonly warnings: readonly string[];
}

/** The first version whose cells have ids. */
export const FIRST_MINOR_WITH_IDS = 5;

/**
 * Reads a Jupyter notebook: nbformat 4 of any minor version, and 2 and 3, which are upgraded. What nobody here knows
 * (cell types, output types, keys) is kept. Pure: the same bytes and name give the same notebook, ids included.
 * `fileName` serves as the title of a notebook that names itself nowhere (see `titleOf`).
 * Refuses what is no notebook with the reason and the place (`line 3, column 7` or `cell 3, output 1`).
 */
export function readIpynb(bytes: Uint8Array, fileName = ""): Result<ReadNotebook, BadInputError> {
  const decoded = decodeFile(bytes);
  if (!decoded.ok) return decoded;
  const { text, bom } = decoded.value;
  const unlike = unlikeNotebook(text);
  if (unlike !== undefined) return err(new BadInputError(unlike));
  const parsed = parseRawJson(text);
  if (!parsed.ok) return parsed;
  const version = versionOf(parsed.value);
  if (!version.ok) return version;
  if (version.value !== 4) return readOld(parsed.value, version.value, fileName);
  const style = { ...detectStyle(text, isSorted(parsed.value)), bom };
  return readVersion4(parsed.value, { style, gaps: irregularGaps(text, parsed.value, style), fileName });
}

/** Why a text need not be read as JSON at all, for files that are often taken for notebooks. */
function unlikeNotebook(text: string): string | undefined {
  const start = text.slice(0, 1_000).trimStart();
  if (start === "" && text.trim() === "") return "the file is empty; make a new notebook in the library instead";
  if (/^<[!a-zA-Z]/.test(start)) return "this is a web page, not a notebook; download the notebook file itself";
  return undefined;
}

function readOld(notebook: RawJson, version: 2 | 3, fileName: string): Result<ReadNotebook, BadInputError> {
  const upgraded = upgradeNotebook(notebook, version);
  if (!upgraded.ok) return upgraded;
  const form: FileForm = { style: CANONICAL_STYLE, gaps: new Map(), fileName, upgraded: true };
  const read = readVersion4(upgraded.value.notebook, form);
  if (!read.ok) return read;
  return ok({ ...read.value, warnings: [...upgraded.value.warnings, ...read.value.warnings] });
}

/** How the file looked, beside what it says. */
interface FileForm {
  readonly style: JsonStyle;
  /** Undefined: too irregular to keep. */
  readonly gaps: Gaps | undefined;
  readonly fileName: string;
  /** True if it comes from a version without ids: to make them is no repair. */
  readonly upgraded?: boolean;
}

function readVersion4(notebook: RawJson, form: FileForm): Result<ReadNotebook, BadInputError> {
  const top = topOf(notebook);
  if (!top.ok) return top;
  const { cells, metadata, minor } = top.value;
  const language = notebookLanguage(metadata);
  const context: CellContext = { style: form.style, ids: minor >= FIRST_MINOR_WITH_IDS, notebookLanguage: language };
  const given = giveCellIds(cells, context.ids && form.upgraded !== true);
  const read: ReadCell[] = [];
  for (const [index, id] of given.ids.entries()) {
    const cell = readIpynbCell(cells[index] ?? "null", { id, number: index + 1 }, context);
    if (!cell.ok) return cell;
    read.push(cell.value);
  }
  const seeds = read.map(({ seed }) => seed);
  const title = titleOf(metadata, seeds, form.fileName);
  return ok({
    draft: { title, language, cells: seeds, ipynb: topSkeleton(notebook, form, title) },
    blobs: uniqueBlobs(read),
    warnings: [...given.warnings, ...warningsOf(notebook, read), ...layoutWarnings(form)],
  });
}

interface Top {
  readonly cells: readonly RawJson[];
  readonly metadata: JsonObject;
  readonly minor: number;
}

function topOf(notebook: RawJson): Result<Top, BadInputError> {
  const cells = rawGet(notebook, "cells");
  if (cells === undefined || !isRawArray(cells)) return refuse("`cells` must be a list");
  const metadata = rawGet(notebook, "metadata");
  if (metadata !== undefined && !isRawObject(metadata)) return refuse("`metadata` of the notebook must be an object");
  const rawMinor = rawGet(notebook, "nbformat_minor");
  const minor = rawMinor === undefined ? FIRST_MINOR_WITH_IDS : rawNumber(rawMinor);
  if (minor === undefined || !Number.isInteger(minor) || minor < 0) return refuse("`nbformat_minor` must be a number");
  return ok({ cells: cells.items, metadata: metadata === undefined ? {} : rawToPlainObject(metadata), minor });
}

const refuse = (reason: string): Result<never, BadInputError> => err(new BadInputError(reason, "top level"));

/** What export needs of the file beside its cells. Read back by `readTopSkeleton`. */
function topSkeleton(notebook: RawJson, { style, gaps }: FileForm, title: string): JsonValue {
  const entries = isRawObject(notebook) ? notebook.entries : [];
  const cells = rawGet(notebook, "cells") ?? { items: [] };
  return {
    title,
    entries: writeSkeleton(createSkeleton(entries, [['"cells"', cells]])),
    style: writeStyle(style),
    ...(gaps !== undefined && gaps.size > 0 && { layout: layoutOf(notebook, gaps) }),
  };
}

/** White space that no style explains, with the hash of the values it stood between: it fits no others. */
function layoutOf(notebook: RawJson, gaps: Gaps): JsonValue {
  return { of: contentHashOfText(compactRawJson(notebook)), gaps: Object.fromEntries(gaps) };
}

function uniqueBlobs(read: readonly ReadCell[]): readonly FileBlob[] {
  const blobs = new Map<ContentHash, FileBlob>();
  for (const blob of read.flatMap((cell) => cell.blobs)) blobs.set(blob.hash, blob);
  return [...blobs.values()];
}

function warningsOf(notebook: RawJson, read: readonly ReadCell[]): readonly string[] {
  const warnings: string[] = [];
  const numbersOf = (which: (cell: ReadCell) => boolean): number[] =>
    read.flatMap((cell, index) => (which(cell) ? [index + 1] : []));
  const lackedAbove = ["metadata", "nbformat_minor"].filter((key) => rawGet(notebook, key) === undefined);
  if (lackedAbove.length > 0) warnings.push(`the notebook lacked ${lackedAbove.join(" and ")}; it was added`);
  const lacked = numbersOf((cell) => cell.lacked.length > 0);
  if (lacked.length > 0) {
    const keys = [...new Set(read.flatMap((cell) => cell.lacked))].join(", ");
    warnings.push(`${nameCells(lacked)} lacked what the format requires (${keys}); it was added`);
  }
  const notJson = numbersOf((cell) => cell.notJson);
  if (notJson.length > 0) {
    warnings.push(`${nameCells(notJson)} held NaN or Infinity, which are no JSON; shown as nothing, kept for export`);
  }
  return warnings;
}

function layoutWarnings({ gaps }: FileForm): readonly string[] {
  return gaps === undefined ? ["the file's own white space follows no style and is not kept"] : [];
}
