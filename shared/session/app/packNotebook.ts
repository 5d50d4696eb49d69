// Notebooks to and from `.meshbook` files. Loaded when the first such file is made or opened.

import { BadInputError } from "../../base/errors.ts";
import type { UnixMs } from "../../base/units.ts";
import { FILE_BLOBS_LIMIT, MESHBOOK_EXTENSION } from "../../exchange/fileParts.ts";
import type { FileKey, Manifest } from "../../exchange/manifest.ts";
import { mergeMeshbookFile, type Merged } from "../../exchange/mergeMeshbookFile.ts";
import type { MeshbookFile } from "../../exchange/readMeshbookFile.ts";
import { referencedBlobs } from "../../exchange/referencedBlobs.ts";
import { writeMeshbookFile } from "../../exchange/writeMeshbookFile.ts";
import { fileNameFor } from "../../formats/fileFormats.ts";
import { readTitle } from "../../notebook/readNotebook.ts";
import { documentState } from "../../notebook/schema.ts";
import type { LibraryEntry } from "../../ports/LibraryStore.ts";
import { createRoomSecret } from "../../rooms/roomKeys.ts";
import type { ExportedMeshbookFile } from "../Meshbook.ts";
import type { OpenNotebook } from "./OpenNotebook.ts";

/** @throws BadInputError if the notebook is not here, or too large */
export async function packNotebook(
  notebook: OpenNotebook,
  { made, key }: { readonly made: UnixMs; readonly key: FileKey | undefined },
): Promise<ExportedMeshbookFile> {
  const { doc, room } = notebook;
  if (documentState(doc) === "absent") {
    throw new BadInputError("This notebook has not arrived on this computer yet. Open it once while connected.");
  }
  const { blobs, leftOut } = await gatherBlobs(notebook);
  const content = await writeMeshbookFile({ room, doc, made, blobs, leftOut, key });
  return { name: fileNameFor(readTitle(doc), MESHBOOK_EXTENSION), content, leftOut };
}

async function gatherBlobs(
  notebook: OpenNotebook,
): Promise<{ readonly blobs: readonly Uint8Array[]; readonly leftOut: number }> {
  const hashes = referencedBlobs(notebook.doc);
  const blobs: Uint8Array[] = [];
  let room: number = FILE_BLOBS_LIMIT;
  for (const hash of hashes) {
    const blob = await notebook.blobs.get(hash);
    if (blob === undefined || blob.length > room) continue;
    room -= blob.length;
    blobs.push(blob);
  }
  return { blobs, leftOut: hashes.length - blobs.length };
}

export interface FileSurroundings {
  /** The notebook, if it is on this device or in its class. */
  readonly known: LibraryEntry | undefined;
  /** Class hosts this device talks to anyway. A file must not make it call at another. */
  readonly bases: readonly (string | undefined)[];
  readonly now: UnixMs;
}

/**
 * The shelf's entry for the notebook of a file. A key that is here stays: a file that claims another could otherwise
 * choose under which key its victim shares the notebook.
 */
export function entryForFile({ room, title, key }: Manifest, around: FileSurroundings): LibraryEntry {
  const { known, bases, now } = around;
  if (known !== undefined && (known.keyless !== true || key === undefined)) return { ...known, removed: undefined };
  const host = key?.host !== undefined && bases.includes(key.host) ? key.host : undefined;
  const entry = { room, title, host, created: known?.created ?? now, opened: known?.opened ?? now, removed: undefined };
  return key === undefined ? { ...entry, secret: createRoomSecret(), keyless: true } : { ...entry, secret: key.secret };
}

/** Resolves when everything is in the notebook; its bodies first, so that no output is shown that cannot be had. */
export async function unpackInto(notebook: OpenNotebook, file: MeshbookFile): Promise<Merged> {
  for (const blob of file.blobs) await notebook.blobs.put(blob);
  return mergeMeshbookFile(notebook.doc, file);
}
