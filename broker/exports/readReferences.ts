import * as Y from "yjs";
import { streamDeflater } from "#shared/adapters/streamDeflater.ts";
import type { ContentHash } from "#shared/base/ids.ts";
import { openState, STATE_LIMIT } from "#shared/history/encodedState.ts";
import { referencedHashes } from "#shared/notebook/referencedHashes.ts";
import { documentState } from "#shared/notebook/schema.ts";
import type { ReferencesJob } from "./exporterMessages.ts";

/**
 * Every hash that a document mentions; undefined if it is none that this code knows, or not all of it is there. Throws if
 * its updates make no document.
 */
export async function readReferences({ from }: ReferencesJob): Promise<ReadonlySet<ContentHash> | undefined> {
  const doc = "state" in from ? await ofState(from.state, from.hash) : ofUpdates(from.updates);
  try {
    if (doc === undefined || documentState(doc) !== "ready" || isWaiting(doc)) return undefined;
    return referencedHashes(doc);
  } finally {
    doc?.destroy();
  }
}

async function ofState(deflated: Uint8Array, hash: ContentHash): Promise<Y.Doc | undefined> {
  const state = await streamDeflater.inflate(deflated, STATE_LIMIT);
  return state && openState(state, hash);
}

function ofUpdates(updates: readonly Uint8Array[]): Y.Doc {
  const doc = new Y.Doc();
  doc.transact(() => {
    for (const update of updates) Y.applyUpdate(doc, update);
  });
  return doc;
}

/** Parts of it wait for others that have not arrived. */
function isWaiting({ store }: Y.Doc): boolean {
  return store.pendingStructs !== null || store.pendingDs !== null;
}
