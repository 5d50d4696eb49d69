import type * as Y from "yjs";
import { streamDeflater } from "#shared/adapters/streamDeflater.ts";
import type { RoomId } from "#shared/base/ids.ts";
import { openState, STATE_LIMIT } from "#shared/history/encodedState.ts";
import type { DatedState, HistoryStore } from "#shared/ports/HistoryStore.ts";

/** The document that a stored state holds. Rejects if it cannot be read back. */
export async function openStored(store: HistoryStore, room: RoomId, { id, hash }: DatedState): Promise<Y.Doc> {
  const stored = await store.read(room, id);
  const content = stored && (await streamDeflater.inflate(stored, STATE_LIMIT));
  const doc = content && openState(content, hash);
  if (doc === undefined) throw new Error(`state ${id} cannot be read back`);
  return doc;
}
