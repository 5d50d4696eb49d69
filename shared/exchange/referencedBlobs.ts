import type * as Y from "yjs";
import { ContentHash } from "../base/ids.ts";
import { isRecord } from "../base/parse.ts";
import { readRuns } from "../notebook/editRuns.ts";
import { outputsSoFar } from "../notebook/outputsSoFar.ts";
import { notebookRoots } from "../notebook/schema.ts";

/** Hashes of the bodies that a document refers to and does not hold: outputs of cells, then files. Each once. */
export function referencedBlobs(doc: Y.Doc): readonly ContentHash[] {
  const hashes = new Set<ContentHash>();
  for (const [cell, record] of readRuns(doc)) {
    const outputs = [...record.outputs, ...outputsSoFar(doc, cell, record)];
    for (const { hash, inline } of outputs) if (inline === undefined) hashes.add(hash);
  }
  for (const file of notebookRoots(doc).files.values()) {
    const hash = isRecord(file) ? ContentHash.parse(file["hash"]) : undefined;
    if (hash !== undefined) hashes.add(hash);
  }
  return [...hashes];
}
