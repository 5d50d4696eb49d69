import * as Y from "yjs";
import { ContentHash } from "../base/ids.ts";
import { isRecord } from "../base/parse.ts";
import { notebookRoots } from "./schema.ts";

/** Deeper than any record is; what is nested deeper is a hostile document. */
const DEPTH_LIMIT = 12;

/**
 * Every hash that a notebook mentions in its plain values: outputs, files, and whatever newer code may keep there. Rather
 * one too many than one too few, since what is not mentioned may be deleted.
 */
export function referencedHashes(doc: Y.Doc): ReadonlySet<ContentHash> {
  const found = new Set<ContentHash>();
  const { meta, cells, runs, files } = notebookRoots(doc);
  for (const root of [meta, cells, runs, files]) collect(root, found, 0);
  return found;
}

function collect(value: unknown, found: Set<ContentHash>, depth: number): void {
  if (depth > DEPTH_LIMIT) return;
  if (typeof value === "string") {
    const hash = ContentHash.parse(value);
    if (hash !== undefined) found.add(hash);
  } else if (value instanceof Y.Map) {
    for (const [key, entry] of value.entries()) {
      collect(key, found, depth);
      collect(entry, found, depth + 1);
    }
  } else if (Array.isArray(value)) {
    for (const entry of value) collect(entry, found, depth + 1);
  } else if (isRecord(value) && !(value instanceof Y.AbstractType)) {
    for (const [key, entry] of Object.entries(value)) {
      collect(key, found, depth);
      collect(entry, found, depth + 1);
    }
  }
}
