// The formats that `meshbook convert` reads and writes: those of other programs, and our own, which merges.

import { extname } from "node:path";
import * as Y from "yjs";
import { BadInputError } from "#shared/base/errors.ts";
import { RoomId, type ContentHash } from "#shared/base/ids.ts";
import { contentHash } from "#shared/base/hash.ts";
import { err, ok, type Result } from "#shared/base/result.ts";
import { unixMs } from "#shared/base/units.ts";
import { FILE_BLOBS_LIMIT, MESHBOOK_EXTENSION } from "#shared/exchange/fileParts.ts";
import { readMeshbookFile } from "#shared/exchange/readMeshbookFile.ts";
import { referencedBlobs } from "#shared/exchange/referencedBlobs.ts";
import { writeMeshbookFile } from "#shared/exchange/writeMeshbookFile.ts";
import { exportFile, FILE_FORMATS, formatOf, importFile, type FileFormat } from "#shared/formats/fileFormats.ts";
import { seedUpdate } from "#shared/notebook/createNotebook.ts";
import { readNotebook } from "#shared/notebook/readNotebook.ts";

export const CONVERT_FORMATS = [...FILE_FORMATS, MESHBOOK_EXTENSION] as const;
export type ConvertFormat = (typeof CONVERT_FORMATS)[number];

/** The format that a file's name tells. */
export function convertFormatOf(name: string): ConvertFormat | undefined {
  return extname(name).toLowerCase() === `.${MESHBOOK_EXTENSION}` ? MESHBOOK_EXTENSION : formatOf(name);
}

export interface ReadFile {
  readonly doc: Y.Doc;
  /** Of a `.meshbook` file, the notebook it is of. Every other file becomes a new notebook. */
  readonly room: RoomId;
  readonly bodies: ReadonlyMap<ContentHash, Uint8Array>;
  readonly cells: number;
  readonly warnings: readonly string[];
}

export async function readAny(
  name: string,
  content: Uint8Array,
  format: ConvertFormat,
): Promise<Result<ReadFile, BadInputError>> {
  if (format !== MESHBOOK_EXTENSION) return readForeign(name, content, format);
  const read = await readMeshbookFile(content);
  if (!read.ok) return read;
  const { doc, blobs, manifest } = read.value;
  const warnings =
    manifest.leftOut === 0 ? [] : [`the file was made without ${manifest.leftOut} large outputs or files`];
  const bodies = new Map(blobs.map((blob) => [contentHash(blob), blob]));
  return ok({ doc, room: manifest.room, bodies, cells: readNotebook(doc).cells.length, warnings });
}

function readForeign(name: string, content: Uint8Array, format: FileFormat): Result<ReadFile, BadInputError> {
  const read = importFile(name, content, format);
  if (!read.ok) return err(read.error);
  const { draft, blobs, seed, warnings } = read.value;
  const doc = new Y.Doc();
  // As the library imports it, so that both begin with the same bytes.
  Y.applyUpdate(doc, seedUpdate(seed, draft));
  const bodies = new Map(blobs.map(({ hash, bytes }) => [hash, bytes]));
  return ok({ doc, room: RoomId.create(), bodies, cells: draft.cells.length, warnings });
}

export interface WrittenAny {
  readonly bytes: Uint8Array;
  readonly warnings: readonly string[];
}

/** @throws BadInputError for what is too large for a `.meshbook` file */
export async function writeAny({ doc, room, bodies }: ReadFile, format: ConvertFormat): Promise<WrittenAny> {
  if (format !== MESHBOOK_EXTENSION) {
    return exportFile(doc, format, ({ hash }) => {
      const body = bodies.get(hash);
      return body === undefined ? undefined : new TextDecoder().decode(body);
    });
  }
  const blobs = referencedBlobs(doc).flatMap((hash) => bodies.get(hash) ?? []);
  const size = blobs.reduce((sum, { length }) => sum + length, 0);
  // Unlike the app, which says what it left out, a command writes the whole notebook or nothing.
  if (size > FILE_BLOBS_LIMIT) throw new BadInputError("its outputs are too large for a .meshbook file; clear some");
  const leftOut = referencedBlobs(doc).length - blobs.length;
  const bytes = await writeMeshbookFile({ room, doc, made: unixMs(Date.now()), blobs, leftOut, key: undefined });
  return { bytes, warnings: leftOut === 0 ? [] : [`${leftOut} large outputs or files were not to be had`] };
}
