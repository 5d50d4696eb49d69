import type * as Y from "yjs";
import { contentHashOfText } from "../../base/hash.ts";
import { isRecord, type JsonObject } from "../../base/parse.ts";
import { cellMap, type Cell } from "../../notebook/cell.ts";
import { readNotebook, UNTITLED } from "../../notebook/readNotebook.ts";
import type { RunRecord } from "../../notebook/runRecord.ts";
import { CELL, META, notebookRoots } from "../../notebook/schema.ts";
import { readSpace, readStyle, type Gaps } from "../json/jsonStyle.ts";
import { mergePlain } from "../json/plainToRaw.ts";
import { CANONICAL_STYLE, compactRawJson, printRawJson, type JsonStyle } from "../json/printRawJson.ts";
import { isRawObject, rawNumber, rawToPlainObject, type RawJson, type RawObject } from "../json/rawJson.ts";
import { cellToRaw, droppedAttachments, type CellContext } from "./cellToRaw.ts";
import { nameCells } from "./cellIds.ts";
import { withNotebookLanguage } from "./language.ts";
import { exportOutputs, readNotJsonNumbers, type ReadBody } from "./outputs.ts";
import { FIRST_MINOR_WITH_IDS } from "./readIpynb.ts";
import { applySkeleton, readSkeleton, skeletonRaw, type Skeleton } from "./skeleton.ts";

/** A notebook as a file. */
export interface WrittenFile {
  readonly text: string;
  readonly bytes: Uint8Array;
  /** What could not be written, in words for the user. */
  readonly warnings: readonly string[];
}

/**
 * The notebook as a Jupyter file: byte for byte the file it came from, but for what was changed. New parts get
 * nbformat's canonical form in the white space of the file; a notebook that came from no file is nbformat 4.5.
 *
 * A file older than 4.5 keeps its version while all its cells came with it: nothing in it needs 4.5 (the formats differ
 * in cell ids alone), Colab writes 4.0 to this day, and a notebook that was only read should not change. The first new
 * cell makes it 4.5, and then every cell has its id.
 */
export function writeIpynb(doc: Y.Doc, readBody: ReadBody): WrittenFile {
  const file = fileOf(doc);
  const minor = file.minor < FIRST_MINOR_WITH_IDS && file.cells.some((cell) => !cell.fromFile) ? 5 : file.minor;
  const context: CellContext = {
    style: file.style,
    ids: minor >= FIRST_MINOR_WITH_IDS,
    notebookLanguage: file.language,
  };
  const written = file.cells.map((cell) => writeCell(cell, context, readBody));
  const tree = topToRaw(file, { items: written.map(({ raw }) => raw) }, minor);
  const gaps = file.layout?.of === contentHashOfText(compactRawJson(tree)) ? file.layout.gaps : undefined;
  const text = (file.style.bom ? "\ufeff" : "") + printRawJson(tree, file.style, gaps);
  return { text, bytes: new TextEncoder().encode(text), warnings: warningsOf(written) };
}

interface FileCell {
  readonly cell: Cell;
  readonly run: RunRecord | undefined;
  readonly ipynb: unknown;
  readonly fromFile: boolean;
}

interface NotebookFile {
  readonly title: string;
  readonly language: string;
  readonly cells: readonly FileCell[];
  readonly skeleton: Skeleton | undefined;
  /** The title that import gave; undefined for a notebook that came from no file. */
  readonly importedTitle: string | undefined;
  readonly style: JsonStyle;
  readonly minor: number;
  readonly layout: { readonly of: unknown; readonly gaps: Gaps } | undefined;
}

function fileOf(doc: Y.Doc): NotebookFile {
  const { meta, cells } = notebookRoots(doc);
  const notebook = readNotebook(doc);
  const ipynb = meta.get(META.ipynb);
  const stored: Record<string, unknown> = isRecord(ipynb) ? ipynb : {};
  const skeleton = readSkeleton(stored);
  const title = meta.get(META.title);
  return {
    title: typeof title === "string" ? title : "",
    language: notebook.language,
    cells: notebook.cells.map((cell) => {
      const kept = cellMap(cells, cell.id)?.get(CELL.ipynb);
      return { cell, run: notebook.runs.get(cell.id), ipynb: kept, fromFile: kept !== undefined };
    }),
    skeleton,
    importedTitle: typeof stored["title"] === "string" ? stored["title"] : undefined,
    style: readStyle(stored["style"]) ?? CANONICAL_STYLE,
    minor: minorOf(skeleton),
    layout: isRecord(stored["layout"])
      ? { of: stored["layout"]["of"], gaps: readGaps(stored["layout"]["gaps"]) }
      : undefined,
  };
}

function minorOf(skeleton: Skeleton | undefined): number {
  const minor = rawNumber(skeletonRaw(skeleton, "nbformat_minor"));
  return minor !== undefined && Number.isSafeInteger(minor) && minor >= 0 ? minor : FIRST_MINOR_WITH_IDS;
}

function readGaps(value: unknown): Gaps {
  const gaps = new Map<number, string>();
  if (!isRecord(value)) return gaps;
  for (const [index, gap] of Object.entries(value)) {
    const space = readSpace(gap);
    if (space !== undefined) gaps.set(Number(index), space);
  }
  return gaps;
}

interface WrittenCell {
  readonly raw: RawObject;
  readonly missingOutputs: number;
  readonly droppedAttachments: boolean;
}

function writeCell({ cell, run, ipynb }: FileCell, context: CellContext, readBody: ReadBody): WrittenCell {
  const skeleton = readSkeleton(ipynb);
  const notJson = readNotJsonNumbers(isRecord(ipynb) ? ipynb["notJson"] : undefined);
  const own = cell.kind === "code" ? run : undefined;
  const { outputs, missing } = exportOutputs(own, notJson, context.style, readBody);
  const entries = cellToRaw({ ...cell, count: own?.count, outputs: { items: outputs } }, skeleton, context);
  return {
    raw: { entries },
    missingOutputs: missing,
    droppedAttachments: droppedAttachments(cell.kind, skeleton),
  };
}

function topToRaw(file: NotebookFile, cells: RawJson, minor: number): RawJson {
  const value = (key: string, raw: RawJson | undefined): RawJson => {
    if (key === "cells") return cells;
    if (key === "metadata") return metadataToRaw(file, raw);
    if (key === "nbformat") return raw !== undefined && rawNumber(raw) === 4 ? raw : "4";
    return raw !== undefined && rawNumber(raw) === minor ? raw : String(minor);
  };
  const live = ["cells", "metadata", "nbformat", "nbformat_minor"];
  return { entries: applySkeleton(file.skeleton, live, value, file.style.sorted) };
}

function metadataToRaw(file: NotebookFile, raw: RawJson | undefined): RawJson {
  const old = raw !== undefined && isRawObject(raw) ? rawToPlainObject(raw) : {};
  // A Jupyter file that names no language is not made to name one.
  const named = file.skeleton?.some(({ key }) => key === "nbformat") === true && file.language === "python";
  const languaged = named && !hasLanguage(old) ? old : withNotebookLanguage(old, file.language);
  const { title } = file;
  const titled = title !== "" && title !== UNTITLED && title !== (file.importedTitle ?? old["title"]);
  return mergePlain(titled ? { ...languaged, title } : languaged, raw, file.style);
}

const hasLanguage = (metadata: JsonObject): boolean =>
  metadata["language_info"] !== undefined || metadata["kernelspec"] !== undefined;

function warningsOf(written: readonly WrittenCell[]): readonly string[] {
  const numbersOf = (which: (cell: WrittenCell) => boolean): number[] =>
    written.flatMap((cell, index) => (which(cell) ? [index + 1] : []));
  const warnings: string[] = [];
  const missing = numbersOf((cell) => cell.missingOutputs > 0);
  if (missing.length > 0) {
    warnings.push(`outputs of ${nameCells(missing)} were not at hand; a line in their place says so`);
  }
  const dropped = numbersOf((cell) => cell.droppedAttachments);
  if (dropped.length > 0) warnings.push(`attachments of ${nameCells(dropped)} were left out: code cells can have none`);
  return warnings;
}
