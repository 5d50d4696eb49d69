import { mib, type Bytes } from "../base/units.ts";
import { looksLikeMeshbookFile } from "./magic.ts";

export const MESHBOOK_EXTENSION = "meshbook";
/** Ours: no registered type merges. */
export const MESHBOOK_MIME = "application/vnd.meshbook";

/** By its first bytes, whatever its name is: mail and messengers rename files. */
export function isMeshbookFile({ name, content }: { readonly name: string; readonly content: Uint8Array }): boolean {
  return name.toLowerCase().endsWith(`.${MESHBOOK_EXTENSION}`) || looksLikeMeshbookFile(content);
}

/** Names of sections, in the order they stand in a file. Capital letters: a reader must know them. */
export const SECTION = { manifest: "Head", document: "Docu", blob: "Blob" } as const;

/** Largest document, unpacked: what a hub takes in one frame, and it is held in memory several times. */
export const DOCUMENT_LIMIT: Bytes = mib(64);
/** The manifest is a few hundred bytes; a later version may say more. */
export const MANIFEST_LIMIT: Bytes = mib(1);
/** All outputs and files inside together, unpacked: a file for a memory stick and e-mail, made in a page's memory. */
export const FILE_BLOBS_LIMIT: Bytes = mib(64);
