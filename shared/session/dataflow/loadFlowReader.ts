import type * as Y from "yjs";
import type { FlowReader } from "../../dataflow/FlowReader.ts";

const readers = new WeakMap<Y.Doc, Promise<FlowReader>>();

/** The reader of a document, one for all that need it: each cell is parsed once. Asking again after a failure tries again. */
export function loadFlowReader(doc: Y.Doc): Promise<FlowReader> {
  let reader = readers.get(doc);
  if (reader === undefined) {
    reader = import("../../dataflow/FlowReader.ts").then((loaded) => new loaded.FlowReader());
    readers.set(doc, reader);
    reader.catch(() => readers.delete(doc));
  }
  return reader;
}
