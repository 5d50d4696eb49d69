import type * as Y from "yjs";
import { notebookWheels } from "../../notebook/notebookWheels.ts";
import { readRuns } from "../../notebook/editRuns.ts";
import type { BlobStore } from "../../ports/BlobStore.ts";

/** Brings the outputs and files of a notebook that are blobs from one store into another, as far as they are there. */
export async function copyOutputs(doc: Y.Doc, from: BlobStore, to: BlobStore): Promise<void> {
  for (const { outputs } of readRuns(doc).values()) {
    for (const { hash, inline } of outputs) {
      const bytes = inline === undefined ? await from.get(hash) : undefined;
      if (bytes) await to.put(bytes);
    }
  }
  for (const { hash } of notebookWheels(doc)) {
    const bytes = await from.get(hash);
    if (bytes) await to.put(bytes);
  }
}
