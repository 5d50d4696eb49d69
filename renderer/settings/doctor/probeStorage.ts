import type { BrowserStorageFacts } from "#shared/doctor/judgeStorage.ts";
import { readStorageState } from "../../adapters/page/storagePersistence.ts";
import { PROBE_LIMIT } from "./probeSocket.ts";

const NAME = "meshbook-doctor";
const STORE = "probe";

/** Writes into a database of its own, reads it back and deletes it. */
export async function probeStorage(limit: number = PROBE_LIMIT): Promise<BrowserStorageFacts> {
  const [writable, state] = await Promise.all([
    Promise.race([writesAndReads(), late(limit)]).catch(() => false),
    readStorageState(navigator.storage),
  ]);
  const free = state && Math.max(0, state.quota - state.used);
  return { writable, persistent: state?.kept, free };
}

async function writesAndReads(): Promise<boolean> {
  const opening = indexedDB.open(NAME);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
  const db = await settled(opening);
  try {
    const mark = crypto.getRandomValues(new Uint8Array(16));
    const writing = db.transaction(STORE, "readwrite");
    writing.objectStore(STORE).put(mark, "mark");
    await new Promise<void>((resolve, reject) => {
      writing.oncomplete = () => resolve();
      writing.onabort = () => reject(writing.error ?? new Error("aborted"));
    });
    const read: unknown = await settled(db.transaction(STORE).objectStore(STORE).get("mark"));
    return read instanceof Uint8Array && read.every((byte, index) => byte === mark[index]);
  } finally {
    db.close();
    indexedDB.deleteDatabase(NAME);
  }
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("refused"));
  });
}

const late = (limit: number): Promise<false> => new Promise((resolve) => setTimeout(() => resolve(false), limit));
