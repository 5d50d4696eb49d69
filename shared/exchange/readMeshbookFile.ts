import * as Y from "yjs";
import { BadInputError, messageOf } from "../base/errors.ts";
import { contentHash } from "../base/hash.ts";
import { err, ok, type Result } from "../base/result.ts";
import { formatBytes, type Bytes } from "../base/units.ts";
import { documentDigest } from "../notebook/digest.ts";
import { documentState, SCHEMA_VERSION } from "../notebook/schema.ts";
import { inflate } from "./deflate.ts";
import { DOCUMENT_LIMIT, FILE_BLOBS_LIMIT, MANIFEST_LIMIT, SECTION } from "./fileParts.ts";
import { decodeManifest, type Manifest } from "./manifest.ts";
import { referencedBlobs } from "./referencedBlobs.ts";
import { readSections, type PlacedSection } from "./sections.ts";

export interface MeshbookFile {
  readonly manifest: Manifest;
  /** The document's state, in Yjs's second encoding. It has been applied to an empty document without complaint. */
  readonly update: Uint8Array;
  /** The document by itself, for looking at; destroyed by whoever read the file. */
  readonly doc: Y.Doc;
  /** Bodies that the document refers to. */
  readonly blobs: readonly Uint8Array[];
}

const SUPPORTED: ReadonlySet<string> = new Set(Object.values(SECTION));
const TOO_NEW = "the notebook in this file was written by a newer Meshbook: update this one to read it";

/**
 * Reads a `.meshbook` file, which may be hostile: nothing is unpacked beyond its limit, and what is given back is whole,
 * undamaged, readable by this version and exactly what its maker had. The error says what is wrong, and where.
 */
export async function readMeshbookFile(file: Uint8Array): Promise<Result<MeshbookFile, BadInputError>> {
  const sections = readSections(file);
  if (!sections.ok) return sections;
  try {
    return ok(await readParts(sections.value));
  } catch (error) {
    if (error instanceof BadInputError) return err(error);
    throw error;
  }
}

async function readParts(sections: readonly PlacedSection[]): Promise<MeshbookFile> {
  const unknown = sections.find(({ name }) => !SUPPORTED.has(name) && /^[A-Z]/.test(name));
  if (unknown !== undefined) throw new BadInputError(TOO_NEW, `byte ${unknown.at}`);
  const [head, document] = [one(sections, SECTION.manifest), one(sections, SECTION.document)];
  const manifest = decodeManifest(await unpack(head, MANIFEST_LIMIT));
  if (manifest === undefined) throw new BadInputError("the file does not say what it holds", `byte ${head.at}`);
  if (manifest.minReader > SCHEMA_VERSION) throw new BadInputError(TOO_NEW);
  const update = await unpack(document, DOCUMENT_LIMIT);
  const doc = readDocument(update, manifest, document);
  try {
    return { manifest, update, doc, blobs: await readBlobs(sections, doc) };
  } catch (error) {
    doc.destroy();
    throw error;
  }
}

/** Tried on a document of its own first: what Yjs cannot read must not have touched anybody's notebook. */
function readDocument(update: Uint8Array, { digest }: Manifest, { at }: PlacedSection): Y.Doc {
  const doc = new Y.Doc();
  try {
    Y.applyUpdateV2(doc, update);
  } catch (error) {
    doc.destroy();
    throw new BadInputError(`the notebook in the file cannot be read (${messageOf(error)})`, `byte ${at}`, {
      cause: error,
    });
  }
  const state = documentState(doc);
  if (state === "ready" && documentDigest(doc) === digest) return doc;
  doc.destroy();
  if (state === "too-new") throw new BadInputError(TOO_NEW);
  throw new BadInputError("the notebook in the file is not complete", `byte ${at}`);
}

async function readBlobs(sections: readonly PlacedSection[], doc: Y.Doc): Promise<readonly Uint8Array[]> {
  const wanted = new Set(referencedBlobs(doc));
  const blobs: Uint8Array[] = [];
  let room: number = FILE_BLOBS_LIMIT;
  for (const section of sections.filter(({ name }) => name === SECTION.blob)) {
    const blob = await unpack(section, room as Bytes); // reason: what is left of a size is a size.
    room -= blob.length;
    // What nobody refers to would only fill this device.
    if (wanted.delete(contentHash(blob))) blobs.push(blob);
  }
  return blobs;
}

function one(sections: readonly PlacedSection[], name: string): PlacedSection {
  const [found, second] = sections.filter((section) => section.name === name);
  if (found === undefined) throw new BadInputError(`the file has no part “${name}”; export it again`);
  if (second !== undefined) throw new BadInputError(`the file has two parts “${name}”`, `byte ${second.at}`);
  return found;
}

async function unpack({ deflated, length, stored, at, name }: PlacedSection, limit: Bytes): Promise<Uint8Array> {
  const place = `byte ${at}`;
  if (length > limit) {
    throw new BadInputError(
      `part “${name}” unpacks to ${formatBytes(length)}; ${formatBytes(limit)} is the most`,
      place,
    );
  }
  try {
    if (deflated) return await inflate(stored, length);
  } catch (error) {
    throw new BadInputError(messageOf(error), place, { cause: error });
  }
  if (stored.length !== length) throw new BadInputError(`part “${name}” is not as long as it says`, place);
  return stored.slice();
}
