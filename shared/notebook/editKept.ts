// Every change to the kept results of a notebook.

import type * as Y from "yjs";
import type { ContentHash } from "../base/ids.ts";
import type { UnixMs } from "../base/units.ts";
import { keysToDrop, parseKeptEntry, writeKeptEntry, type KeptEntry } from "./kept/keptResult.ts";
import { executionOrigin } from "./origins.ts";
import { notebookRoots } from "./schema.ts";

export const readKept = (doc: Y.Doc, key: ContentHash): KeptEntry | undefined =>
  parseKeptEntry(notebookRoots(doc).kept.get(key));

/** Keeps a result of this device's own run, and drops what goes beyond the limits. Drops are everybody's. */
export function writeKept(doc: Y.Doc, key: ContentHash, entry: KeptEntry, now: UnixMs): void {
  doc.transact(() => {
    const { kept } = notebookRoots(doc);
    kept.set(key, writeKeptEntry(entry));
    const entries = new Map([...kept].map(([name, value]) => [name, parseKeptEntry(value)]));
    for (const name of keysToDrop(entries, now)) kept.delete(name);
  }, executionOrigin(entry.run));
}
