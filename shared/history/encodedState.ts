// A dated state is a whole document in Yjs's second encoding. It is read into a document of its own, never into the one
// that is edited: what a host or a damaged disk gives must not be able to change anything but what is shown.

import * as Y from "yjs";
import { contentHash } from "../base/hash.ts";
import type { ContentHash } from "../base/ids.ts";
import { mib, type Bytes } from "../base/units.ts";
import { documentDigest } from "../notebook/digest.ts";

/** Largest state kept or read, before it is deflated. A notebook of 10,000 cells takes about 5 MiB. */
export const STATE_LIMIT: Bytes = mib(32);
/** Largest as stored or sent. Text deflates well; what does not is at most a little larger. */
export const DEFLATED_LIMIT: Bytes = mib(33);

/** A document at one moment. */
export interface Moment {
  readonly state: Uint8Array;
  readonly digest: string;
  readonly clocks: ReadonlyMap<number, number>;
}

/** Undefined for a document that nothing has arrived in. */
export function momentOf(doc: Y.Doc): Moment | undefined {
  const clocks = Y.decodeStateVector(Y.encodeStateVector(doc));
  if (clocks.size === 0) return undefined;
  return { state: Y.encodeStateAsUpdateV2(doc), digest: documentDigest(doc), clocks };
}

/** The document that a state holds; undefined if the bytes are not the state with this hash, or no state at all. */
export function openState(state: Uint8Array, hash: ContentHash): Y.Doc | undefined {
  if (state.length > STATE_LIMIT || contentHash(state) !== hash) return undefined;
  const doc = new Y.Doc();
  try {
    // Read through first: counts that lie must not allocate memory while they are being applied.
    Y.decodeUpdateV2(state);
    Y.applyUpdateV2(doc, state);
    return doc;
  } catch {
    doc.destroy();
    return undefined;
  }
}
