import type * as Y from "yjs";
import { ContentHash } from "../base/ids.ts";
import { isRecord, readString } from "../base/parse.ts";
import { USER } from "./origins.ts";
import { META, notebookRoots } from "./schema.ts";

/** Exactly what a notebook imports under a name, so that everybody gets the same. */
export interface PackagePin {
  /** Address of its first file, with the exact version where one could be found out. */
  readonly url: string;
  /** Of all its files. */
  readonly hash: ContentHash;
}

const URL_LIMIT = 2_000;

/** What the notebook imports by `text`, if somebody has run a cell that does. */
export function packagePin(doc: Y.Doc, text: string): PackagePin | undefined {
  return readPackagePin(notebookRoots(doc).meta.get(META.package + text));
}

/** Reads a pin that somebody else wrote. */
export function readPackagePin(value: unknown): PackagePin | undefined {
  if (!isRecord(value)) return undefined;
  const url = readString(value["url"], URL_LIMIT);
  const hash = ContentHash.parse(value["hash"]);
  return url?.startsWith("https://") !== true || hash === undefined ? undefined : { url, hash };
}

export function setPackagePin(doc: Y.Doc, text: string, { url, hash }: PackagePin): void {
  const known = packagePin(doc, text);
  if (known?.url === url && known.hash === hash) return;
  doc.transact(() => notebookRoots(doc).meta.set(META.package + text, { url, hash }), USER);
}
