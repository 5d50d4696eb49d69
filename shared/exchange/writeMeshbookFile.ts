import * as Y from "yjs";
import { BadInputError } from "../base/errors.ts";
import type { RoomId } from "../base/ids.ts";
import { formatBytes, type UnixMs } from "../base/units.ts";
import { documentDigest } from "../notebook/digest.ts";
import { readTitle } from "../notebook/readNotebook.ts";
import { documentState, META, MIN_READER, notebookRoots } from "../notebook/schema.ts";
import { deflate } from "./deflate.ts";
import { DOCUMENT_LIMIT, SECTION } from "./fileParts.ts";
import { encodeManifest, type FileKey } from "./manifest.ts";
import { writeSections, type Section } from "./sections.ts";

export interface FileContent {
  readonly room: RoomId;
  readonly doc: Y.Doc;
  readonly made: UnixMs;
  /** Bodies that the document refers to by hash, at most `FILE_BLOBS_LIMIT` together. */
  readonly blobs: readonly Uint8Array[];
  /** Number of referenced bodies that are not among them. */
  readonly leftOut: number;
  /** Only if the user said that whoever gets the file may join the notebook. */
  readonly key: FileKey | undefined;
}

/**
 * A notebook as a file that merges: its whole document with everything that replicas need to unite, and its outputs.
 * @throws BadInputError for a document that is not there, or larger than readers take
 */
export async function writeMeshbookFile({ room, doc, made, blobs, leftOut, key }: FileContent): Promise<Uint8Array> {
  if (documentState(doc) === "absent") throw new BadInputError("there is no notebook to be written");
  const update = Y.encodeStateAsUpdateV2(doc);
  if (update.length > DOCUMENT_LIMIT) {
    throw new BadInputError(`the notebook is too large for a file (${formatBytes(update.length)})`);
  }
  const minReader = notebookRoots(doc).meta.get(META.minReader);
  const manifest = encodeManifest({
    room,
    title: readTitle(doc),
    made,
    minReader: typeof minReader === "number" ? minReader : MIN_READER,
    digest: documentDigest(doc),
    leftOut,
    key,
  });
  const sections: Section[] = [
    { name: SECTION.manifest, deflated: false, length: manifest.length, stored: manifest },
    await packed(SECTION.document, update),
  ];
  for (const blob of blobs) sections.push(await packed(SECTION.blob, blob));
  return writeSections(sections);
}

/** Deflated where that makes it smaller: images are deflated already. */
async function packed(name: string, content: Uint8Array): Promise<Section> {
  const deflated = await deflate(content);
  const smaller = deflated.length < content.length;
  return { name, deflated: smaller, length: content.length, stored: smaller ? deflated : content };
}
