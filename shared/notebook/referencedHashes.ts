import * as Y from "yjs";
import { ContentHash } from "../base/ids.ts";
import { isRecord } from "../base/parse.ts";

/** Deeper than any record is; what is nested deeper is a hostile document. */
const DEPTH_LIMIT = 12;

/**
 * Every hash that a document mentions in its plain values, under whatever root and key: outputs, files, and what newer
 * code may keep there. Rather one too many than one too few, since what is not mentioned may be deleted. Text is not
 * searched: what somebody types is no reference.
 */
export function referencedHashes(doc: Y.Doc): ReadonlySet<ContentHash> {
  const found = new Set<ContentHash>();
  for (const structs of doc.store.clients.values()) {
    for (const struct of structs) {
      if (!(struct instanceof Y.Item) || struct.deleted) continue;
      collect(struct.parentSub, found, 0);
      for (const value of plainValues(struct.content)) collect(value, found, 0);
    }
  }
  return found;
}

function plainValues(content: Y.Item["content"]): readonly unknown[] {
  if (content instanceof Y.ContentAny || content instanceof Y.ContentJSON) return content.arr;
  return content instanceof Y.ContentEmbed ? [content.embed] : [];
}

function collect(value: unknown, found: Set<ContentHash>, depth: number): void {
  if (depth > DEPTH_LIMIT) return;
  if (typeof value === "string") {
    const hash = ContentHash.parse(value);
    if (hash !== undefined) found.add(hash);
  } else if (Array.isArray(value)) {
    for (const entry of value) collect(entry, found, depth + 1);
  } else if (isRecord(value)) {
    for (const [key, entry] of Object.entries(value)) {
      collect(key, found, depth);
      collect(entry, found, depth + 1);
    }
  }
}
