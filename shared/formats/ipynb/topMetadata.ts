import type * as Y from "yjs";
import { isRecord, type JsonObject } from "../../base/parse.ts";
import { META, notebookRoots } from "../../notebook/schema.ts";
import { isRawObject, rawToPlainObject } from "../json/rawJson.ts";
import { readSkeleton, skeletonRaw } from "./skeleton.ts";

export interface TopMetadata {
  /** The notebook's metadata as its file had it; empty for a notebook that came from none. */
  readonly metadata: JsonObject;
  /** The title that import gave; undefined for a notebook that came from no file. */
  readonly importedTitle: string | undefined;
}

export function topMetadata(doc: Y.Doc): TopMetadata {
  const ipynb = notebookRoots(doc).meta.get(META.ipynb);
  const raw = skeletonRaw(readSkeleton(ipynb), "metadata");
  const title = isRecord(ipynb) ? ipynb["title"] : undefined;
  return {
    metadata: raw !== undefined && isRawObject(raw) ? rawToPlainObject(raw) : {},
    importedTitle: typeof title === "string" ? title : undefined,
  };
}
