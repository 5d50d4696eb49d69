import type * as Y from "yjs";
import { readRuns } from "../../notebook/editRuns.ts";
import type { BlobStore } from "../../ports/BlobStore.ts";

/** Brings the outputs of a notebook that are blobs from one store into another, as far as they are there. */
export async function copyOutputs(doc: Y.Doc, from: BlobStore, to: BlobStore): Promise<void> {
  for (const { outputs } of readRuns(doc).values()) {
    for (const { hash, inline } of outputs) {
      const bytes = inline === undefined ? await from.get(hash) : undefined;
      if (bytes) await to.put(bytes);
    }
  }
}
