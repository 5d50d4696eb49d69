// A room's storage in Node, on fake-indexeddb, and ways to break it while it is open.

import "fake-indexeddb/auto";
import { forceCloseDatabase, IDBDatabase as FakeDatabase, IDBObjectStore as FakeStore } from "fake-indexeddb";
import { IndexeddbPersistence } from "y-indexeddb";
import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { RoomId } from "#shared/base/ids.ts";
import type { Dispose } from "#shared/base/dispose.ts";
import type { AttachedSource, SourceStatus } from "#shared/ports/DocSource.ts";
import { roomDatabaseName } from "../../renderer/adapters/indexeddb/document/roomDatabase.ts";
import { IndexedDbDocSource } from "../../renderer/adapters/indexeddb/document/IndexedDbDocSource.ts";
import type { PageLifecycle } from "../../renderer/adapters/page/pageLifecycle.ts";

/** A page that is visible until the test hides it. */
export class FakePage implements PageLifecycle {
  readonly #listeners = new Set<() => void>();
  readonly #leaving = new Set<() => void>();
  #hidden = false;

  hidden(): boolean {
    return this.#hidden;
  }

  onHide(listener: () => void): Dispose {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onLeave(listener: () => void): Dispose {
    this.#leaving.add(listener);
    return () => this.#leaving.delete(listener);
  }

  hide(): void {
    this.#hidden = true;
    for (const listener of this.#listeners) listener();
  }

  /** Only what is asked of storage within this call is still done by a page that goes. */
  leave(): void {
    for (const listener of this.#leaving) listener();
  }

  get listeners(): number {
    return this.#listeners.size + this.#leaving.size;
  }
}

export interface OpenRoom {
  readonly doc: Y.Doc;
  readonly source: AttachedSource;
  readonly statuses: readonly SourceStatus[];
  readonly page: FakePage;
  /** Resolves with the status that fits, now or next. */
  readonly until: (fits: (status: SourceStatus) => boolean) => Promise<SourceStatus>;
}

export function openRoom(room: RoomId, doc = new Y.Doc()): OpenRoom {
  const statuses: SourceStatus[] = [];
  const page = new FakePage();
  let notify: () => void = () => undefined;
  const report = (status: SourceStatus): void => {
    statuses.push(status);
    notify();
  };
  const source = new IndexedDbDocSource(room, page).attach({ doc, awareness: new Awareness(doc) }, report);
  const until = async (fits: (status: SourceStatus) => boolean): Promise<SourceStatus> => {
    for (;;) {
      const status = statuses.at(-1);
      if (status && fits(status)) return status;
      await new Promise<void>((resolve) => (notify = resolve));
    }
  };
  return { doc, source, statuses, page, until };
}

export const isHeld = (status: SourceStatus): boolean => status.state === "connected" && status.held;
export const isFailed = (status: SourceStatus): boolean => status.state === "failed";

export const newRoom = (): RoomId => RoomId.create();
export const textOf = (doc: Y.Doc): string => doc.getText("text").toJSON();
export const type = (doc: Y.Doc, text: string): void => doc.getText("text").insert(doc.getText("text").length, text);

/** The document as a stock y-indexeddb reads it from a database of this name. */
export async function readWithStock(room: RoomId): Promise<Y.Doc> {
  const doc = new Y.Doc();
  const stock = new IndexeddbPersistence(roomDatabaseName(room), doc);
  await stock.whenSynced;
  await stock.destroy();
  return doc;
}

/** The rows of a store, by key, as they lie in the database. */
export async function rowsOf(room: RoomId, store: "updates" | "custom"): Promise<Map<IDBValidKey, unknown>> {
  return onDatabase(room, store, "readonly", (rows) => {
    const keys = rows.getAllKeys();
    const values = rows.getAll() as IDBRequest<unknown[]>;
    return () => new Map(keys.result.map((key, index) => [key, values.result[index]]));
  });
}

export async function onDatabase<T>(
  room: RoomId,
  store: string,
  mode: IDBTransactionMode,
  body: (store: IDBObjectStore) => () => T,
): Promise<T> {
  const db = await new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(roomDatabaseName(room));
    // Where it was deleted: as y-indexeddb would make it, not an empty one that is in everybody's way.
    request.onupgradeneeded = () => {
      request.result.createObjectStore("updates", { autoIncrement: true });
      request.result.createObjectStore("custom");
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error!);
  });
  try {
    return await new Promise<T>((resolve, reject) => {
      const transaction = db.transaction([store], mode);
      const read = body(transaction.objectStore(store));
      transaction.oncomplete = () => resolve(read());
      transaction.onabort = () => reject(transaction.error!);
    });
  } finally {
    db.close();
  }
}

/** What the fault does to a row that is added: throw at once, or let the request succeed and abort the transaction. */
export type WriteFault = "throws" | "quota" | "aborts";

/** Makes `add` fail until stopped: every one, or only the `nth`. Counts how often `add` was called. */
export function failWrites(fault: WriteFault, nth?: number): { readonly calls: () => number; readonly stop: Dispose } {
  // oxlint-disable-next-line typescript/unbound-method -- it is put back, and called with its own `this`
  const original = FakeStore.prototype.add;
  let calls = 0;
  FakeStore.prototype.add = function (this: IDBObjectStore, value: unknown, key?: IDBValidKey) {
    calls += 1;
    if (nth !== undefined && calls !== nth) return original.call(this, value, key);
    if (fault === "throws") throw new DOMException("planted", "InvalidStateError");
    const request = original.call(this, value, key);
    // The request succeeds; only the transaction tells. `_abort` is how fake-indexeddb ends one with an error.
    const ending = this.transaction as IDBTransaction & { _abort(name: string): void };
    request.addEventListener("success", () => ending._abort(fault === "quota" ? "QuotaExceededError" : "UnknownError"));
    return request;
  };
  return { calls: () => calls, stop: () => void (FakeStore.prototype.add = original) };
}

/** Makes every `put` succeed and its transaction abort for want of room, until the result is called. */
export function failPuts(): Dispose {
  // oxlint-disable-next-line typescript/unbound-method -- it is put back, and called with its own `this`
  const original = FakeStore.prototype.put;
  FakeStore.prototype.put = function (this: IDBObjectStore, value: unknown, key?: IDBValidKey) {
    const request = original.call(this, value, key);
    const ending = this.transaction as IDBTransaction & { _abort(name: string): void };
    request.addEventListener("success", () => ending._abort("QuotaExceededError"));
    return request;
  };
  return () => void (FakeStore.prototype.put = original);
}

/** Damages the `nth` row added while it is stored: its last byte differs. */
export function spoilWrite(nth: number): Dispose {
  // oxlint-disable-next-line typescript/unbound-method -- it is put back, and called with its own `this`
  const original = FakeStore.prototype.add;
  let calls = 0;
  FakeStore.prototype.add = function (this: IDBObjectStore, value: unknown, key?: IDBValidKey) {
    calls += 1;
    if (calls !== nth || !(value instanceof Uint8Array)) return original.call(this, value, key);
    return original.call(
      this,
      value.map((byte, index) => (index === value.length - 1 ? byte ^ 1 : byte)),
      key,
    );
  };
  return () => void (FakeStore.prototype.add = original);
}

/** Calls `seen` with each transaction that is begun. */
export function watchTransactions(seen: (transaction: IDBTransaction) => void): Dispose {
  // oxlint-disable-next-line typescript/unbound-method -- it is put back, and called with its own `this`
  const original = FakeDatabase.prototype.transaction;
  FakeDatabase.prototype.transaction = function (this: IDBDatabase, ...given: Parameters<IDBDatabase["transaction"]>) {
    const transaction = original.apply(this, given);
    seen(transaction);
    return transaction;
  };
  return () => void (FakeDatabase.prototype.transaction = original);
}

/** Ends a connection as a browser does that reclaims storage. */
export function closeByForce(db: IDBDatabase): void {
  forceCloseDatabase(db as unknown as typeof FakeDatabase);
}

/** Ends the connections opened from now on as a browser does that reclaims storage; returns those it knows. */
export function watchConnections(): { closeAll(): void; readonly stop: Dispose } {
  const seen = new Set<IDBDatabase>();
  return {
    closeAll: () => {
      for (const db of seen) closeByForce(db);
      seen.clear();
    },
    stop: watchTransactions(({ db }) => seen.add(db)),
  };
}
