// What the text formats have in common: from cells of text to a notebook draft, and from a document to cells of text.

import type * as Y from "yjs";
import type { JsonObject } from "../../base/parse.ts";
import type { CellId } from "../../base/ids.ts";
import { cellMap, type Cell, type CellKind } from "../../notebook/cell.ts";
import type { SeedCell } from "../../notebook/createNotebook.ts";
import { readNotebook, UNTITLED } from "../../notebook/readNotebook.ts";
import { CELL, META, notebookRoots } from "../../notebook/schema.ts";
import { nameCells, giveCellIds } from "../ipynb/cellIds.ts";
import { withoutCellLanguage } from "../ipynb/language.ts";
import type { ReadNotebook } from "../ipynb/readIpynb.ts";
import { readSkeleton } from "../ipynb/skeleton.ts";
import { topMetadata } from "../ipynb/topMetadata.ts";
import { titleOf } from "../title.ts";
import { headerMetadata, headerOf, readHeader, withTitle } from "./header.ts";

export interface TextCell {
  readonly kind: CellKind;
  readonly source: string;
  readonly metadata: JsonObject;
  /** Of a code cell in another language than the notebook; undefined for all others. */
  readonly language: string | undefined;
}

export interface TextNotebook {
  readonly header: string | undefined;
  readonly language: string;
  readonly cells: readonly TextCell[];
}

export function toReadNotebook({ header, language, cells }: TextNotebook, fileName: string): ReadNotebook {
  const metadata = headerMetadata(header);
  const title = titleOf(metadata, cells, fileName);
  const { ids } = giveCellIds(
    cells.map(({ kind, source }) => ({
      entries: [
        ['"cell_type"', JSON.stringify(kind)],
        ['"source"', JSON.stringify(source)],
      ],
    })),
    false,
  );
  const seeds = cells.map((cell, index): SeedCell => {
    const id = ids[index];
    const { kind, source } = cell;
    return { kind, source, metadata: cell.metadata, language: cell.language ?? language, ...(id && { id }) };
  });
  const kept = Object.keys(metadata).length === 0 ? [] : [["metadata", JSON.stringify(metadata)]];
  return { draft: { title, language, cells: seeds, ipynb: { title, entries: kept } }, blobs: [], warnings: [] };
}

/** A document as cells of text, and what of it a text file cannot hold, in words for the user. */
export function toTextNotebook(
  doc: Y.Doc,
  format: string,
): { readonly notebook: TextNotebook; readonly warnings: readonly string[] } {
  const { language, cells, runs } = readNotebook(doc);
  const withOutputs = cells.map((cell) => cell.kind === "code" && (runs.get(cell.id)?.outputs.length ?? 0) > 0);
  const withAttachments = cells.map((cell) => hasAttachments(doc, cell.id));
  return {
    notebook: { header: headerFor(doc, cells), language, cells: cells.map((cell) => textCell(cell, language)) },
    warnings: [...leftOut("outputs", withOutputs, format), ...leftOut("attachments", withAttachments, format)],
  };
}

function textCell({ kind, source, metadata, language }: Cell, notebookLanguage: string): TextCell {
  const own = kind === "code" && language !== "" && language !== notebookLanguage;
  const rest = kind === "code" ? withoutCellLanguage(metadata) : metadata;
  return { kind, source, metadata: rest, language: own ? language : undefined };
}

/** The header of the file it came from, with the title if nothing else in the file says it. */
function headerFor(doc: Y.Doc, cells: readonly Cell[]): string | undefined {
  const { metadata, importedTitle } = topMetadata(doc);
  const header = headerOf(metadata);
  const title = notebookRoots(doc).meta.get(META.title);
  if (typeof title !== "string" || title === "" || title === UNTITLED) return header;
  const headerTitle = header === undefined ? undefined : readHeader(header).title;
  if (title === (headerTitle ?? titleOf({}, cells, ""))) return header;
  const fromFileName = headerTitle === undefined && title === importedTitle && metadata["title"] === undefined;
  return fromFileName ? header : withTitle(header, title);
}

function hasAttachments(doc: Y.Doc, id: CellId): boolean {
  const skeleton = readSkeleton(cellMap(notebookRoots(doc).cells, id)?.get(CELL.ipynb));
  return skeleton?.some(({ key }) => key === "attachments") === true;
}

function leftOut(what: string, of: readonly boolean[], format: string): readonly string[] {
  const numbers = of.flatMap((has, index) => (has ? [index + 1] : []));
  return numbers.length === 0 ? [] : [`${what} of ${nameCells(numbers)} were left out: ${format} files hold none`];
}
