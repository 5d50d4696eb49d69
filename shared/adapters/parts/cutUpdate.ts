import * as Y from "yjs";
import { writePart, type KnownClocks } from "./writePart.ts";

/**
 * An update that the document has just taken in, as several of about `limit` bytes, in order: together they say the same.
 * Only long texts are cut; a value larger than that stays whole.
 */
export function cutUpdate(doc: Y.Doc, update: Uint8Array, limit: number): readonly Uint8Array[] {
  if (update.length <= limit) return [update];
  const parts: Uint8Array[] = [];
  // As of a replica that has everything else.
  const now = Y.decodeStateVector(Y.encodeStateVector(doc));
  let known: KnownClocks = new Map([...now, ...Y.parseUpdateMeta(update).from]);
  for (let part = writePart(doc, known, limit); part !== undefined; part = writePart(doc, known, limit)) {
    parts.push(part.update);
    known = part.known;
  }
  // The rest of it, and what it deletes.
  return [...parts, Y.diffUpdate(update, Y.encodeStateVector(new Map(known)))];
}
