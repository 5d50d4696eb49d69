import * as Y from "yjs";
import { writePart, type KnownClocks } from "./writePart.ts";

/**
 * An update that the document has taken in, as several of about `limit` bytes, in order: together they say the same. What is
 * less than twice that stays whole, and so does a single value, however large: only texts are cut.
 */
export function cutUpdate(doc: Y.Doc, update: Uint8Array, limit: number): readonly Uint8Array[] {
  if (update.length < 2 * limit) return [update];
  const { from, to } = Y.parseUpdateMeta(update);
  const parts: Uint8Array[] = [];
  // As of a replica that has everything else.
  let known: KnownClocks = new Map([...Y.decodeStateVector(Y.encodeStateVector(doc)), ...from]);
  const isDone = (): boolean => [...to].every(([client, clock]) => (known.get(client) ?? 0) >= clock);
  while (!isDone()) {
    const part = writePart(doc, known, limit);
    if (part === undefined) break;
    parts.push(part.update);
    known = part.known;
  }
  // The rest of it, and what it deletes.
  return [...parts, Y.diffUpdate(update, Y.encodeStateVector(new Map(known)))];
}
