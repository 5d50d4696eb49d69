import * as Y from "yjs";
import { writeIpynb } from "#shared/formats/ipynb/writeIpynb.ts";
import type { ReadBody } from "#shared/formats/ipynb/outputs.ts";
import { readNotebook } from "#shared/notebook/readNotebook.ts";
import { documentState } from "#shared/notebook/schema.ts";

export interface ExportedNotebook {
  readonly title: string;
  readonly bytes: Uint8Array;
}

/** A stored document as a Jupyter file; undefined if it is no notebook. Throws if its updates make no document. */
export function exportNotebook(updates: readonly Uint8Array[], readBody: ReadBody): ExportedNotebook | undefined {
  const doc = new Y.Doc();
  try {
    doc.transact(() => {
      for (const update of updates) Y.applyUpdate(doc, update);
    });
    if (documentState(doc) === "absent") return undefined;
    return { title: readNotebook(doc).title, bytes: writeIpynb(doc, readBody).bytes };
  } finally {
    doc.destroy();
  }
}
