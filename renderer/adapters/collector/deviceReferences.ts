// Which blobs the documents of this device mention. Runs in a worker: it reads every notebook.

import * as Y from "yjs";
import { streamDeflater } from "#shared/adapters/streamDeflater.ts";
import type { ContentHash, RoomId } from "#shared/base/ids.ts";
import { openState, STATE_LIMIT } from "#shared/history/encodedState.ts";
import { referencedHashes } from "#shared/notebook/referencedHashes.ts";
import { documentState } from "#shared/notebook/schema.ts";
import type { HistoryStore } from "#shared/ports/HistoryStore.ts";
import { openRoomDatabase, roomDatabaseName, roomOfDatabase } from "../indexeddb/document/roomDatabase.ts";
import { applyRows, hasDamaged, readRows } from "../indexeddb/document/roomRows.ts";

/**
 * Every hash that a notebook stored here mentions, removed ones included, or a named version of one. Undefined if not all
 * of them can be read whole, or this code does not understand one: then nothing can be said of any blob. Rejects if
 * storage does.
 */
export async function deviceReferences(history: HistoryStore): Promise<ReadonlySet<ContentHash> | undefined> {
  const found = new Set<ContentHash>();
  for (const room of await storedRooms()) {
    for (const hashes of [await inDocument(room), await inVersions(room, history)]) {
      if (hashes === undefined) return undefined;
      for (const hash of hashes) found.add(hash);
    }
  }
  return found;
}

async function storedRooms(): Promise<readonly RoomId[]> {
  const databases = await indexedDB.databases();
  return databases.flatMap(({ name }) => (name === undefined ? [] : (roomOfDatabase(name) ?? [])));
}

async function inDocument(room: RoomId): Promise<ReadonlySet<ContentHash> | undefined> {
  const db = await openRoomDatabase(roomDatabaseName(room));
  // The notebook is being deleted: we are not to be in the way.
  db.onversionchange = () => db.close();
  const doc = new Y.Doc();
  try {
    const damaged = applyRows(doc, await readRows(db, 0), undefined);
    if (damaged.length > 0 || (await hasDamaged(db))) return undefined;
    const waiting = doc.store.pendingStructs !== null || doc.store.pendingDs !== null;
    return waiting || documentState(doc) === "too-new" ? undefined : referencedHashes(doc);
  } finally {
    doc.destroy();
    db.close();
  }
}

async function inVersions(room: RoomId, history: HistoryStore): Promise<ReadonlySet<ContentHash> | undefined> {
  const found = new Set<ContentHash>();
  const { states } = await history.load(room);
  for (const { id, hash } of states.filter(({ version }) => version !== undefined)) {
    const stored = await history.read(room, id);
    const state = stored && (await streamDeflater.inflate(stored, STATE_LIMIT));
    const doc = state && openState(state, hash);
    if (doc === undefined) return undefined;
    for (const one of referencedHashes(doc)) found.add(one);
    doc.destroy();
  }
  return found;
}
