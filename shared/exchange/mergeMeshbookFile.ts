import * as Y from "yjs";
import { documentDigest } from "../notebook/digest.ts";
import { IMPORTED_FILE } from "../notebook/origins.ts";
import { notebookRoots } from "../notebook/schema.ts";
import type { MeshbookFile } from "./readMeshbookFile.ts";

/** What a file brought to a notebook. */
export interface Merged {
  /** Cells, results, files and properties that look different now. */
  readonly changes: number;
  /** False if every edit in the file was here already. */
  readonly news: boolean;
  /** True if this notebook has edits that the file has not: its maker would learn something from a file of ours. */
  readonly fileLacks: boolean;
}

/** Unites a document with that in a file, as a network would: nothing is lost, nothing doubled, in whatever order. */
export function mergeMeshbookFile(doc: Y.Doc, { update, manifest }: MeshbookFile): Merged {
  const [looked, digest] = [appearance(doc), documentDigest(doc)];
  Y.applyUpdateV2(doc, update, IMPORTED_FILE);
  const now = appearance(doc);
  const names = new Set([...looked.keys(), ...now.keys()]);
  const changes = [...names].filter((name) => looked.get(name) !== now.get(name)).length;
  const after = documentDigest(doc);
  return { changes, news: after !== digest, fileLacks: after !== manifest.digest };
}

/** Everything that can be looked at by itself, as text. */
function appearance(doc: Y.Doc): ReadonlyMap<string, string> {
  const seen = new Map<string, string>();
  const { meta, cells, runs, soFar, controls, files } = notebookRoots(doc);
  for (const [root, map] of [
    ["meta", meta],
    ["cells", cells],
    ["runs", runs],
    ["soFar", soFar],
    ["controls", controls],
    ["files", files],
  ] as const) {
    for (const [key, value] of Object.entries(map.toJSON())) seen.set(`${root}/${key}`, JSON.stringify(value));
  }
  return seen;
}
