// Applying what a source gives, so that what goes under the source's origin is what the source gave, and no more.
// Yjs keeps updates that build on missing ones, and applies them with the update they waited for, in its transaction. They
// may have come another way: the source, told by the origin that it has them already, would neither pass them on nor store
// them, and call them held. So they come in a transaction of their own, which follows at once.

import * as Y from "yjs";
import type { DocOrigin } from "./origins.ts";

/** What waited may have come from anywhere, so for every source it is news. */
const WAITED: DocOrigin = Object.freeze({ by: "source", source: "waited" });

/** Applies an update under `origin`. @throws whatever Yjs throws for what is no update */
export function applyFrom(doc: Y.Doc, update: Uint8Array, origin: unknown): void {
  transactFrom(doc, origin, () => Y.applyUpdate(doc, update));
}

/** The same for several: `apply` gives them to Yjs, without an origin. */
export function transactFrom(doc: Y.Doc, origin: unknown, apply: () => void): void {
  const { pendingStructs, pendingDs } = doc.store;
  if (pendingStructs !== null || pendingDs !== null) {
    doc.store.pendingStructs = doc.store.pendingDs = null;
    // Before anybody is told that all transactions are over, and so before anybody asks whether something waits.
    doc.once("afterTransaction", () => applyWaiting(doc, pendingStructs, pendingDs));
  }
  Y.transact(doc, apply, origin, false);
}

function applyWaiting(
  doc: Y.Doc,
  structs: Y.Doc["store"]["pendingStructs"],
  deletions: Y.Doc["store"]["pendingDs"],
): void {
  const { store } = doc;
  if (structs !== null) {
    const isFree = [...structs.missing].some(([client, clock]) => clock < Y.getState(store, client));
    if (isFree || store.pendingStructs !== null) Y.applyUpdateV2(doc, structs.update, WAITED);
    else store.pendingStructs = structs;
  }
  if (deletions !== null) Y.applyUpdateV2(doc, deletions, WAITED);
}
