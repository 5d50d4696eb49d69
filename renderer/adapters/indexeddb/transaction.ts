/** `strict`: done only when the disk has it. `relaxed`: when the operating system has it, which outlives the browser. */
export type Durability = "strict" | "relaxed";

/** Transactions that write and have not ended. */
const writing = new WeakMap<IDBDatabase, Set<IDBTransaction>>();

/**
 * Aborts what is being written, so that what is asked next is not behind it: a page that goes takes unfinished
 * transactions with it, and those that wait for them too, even committed ones.
 */
export function abortWrites(db: IDBDatabase): void {
  for (const transaction of writing.get(db) ?? []) {
    try {
      transaction.abort();
    } catch {
      // It has ended, and only its event is still to come.
    }
  }
}

/**
 * Runs `body` in one transaction and resolves with what the function it gives back reads, only after the transaction
 * *completed*: quota errors show on the transaction, after its requests succeeded. `body` must issue its requests
 * synchronously or from their callbacks.
 * @throws the DOMException that ended the transaction
 */
export function inTransaction<T>(
  db: IDBDatabase,
  access: { readonly stores: readonly string[]; readonly mode: IDBTransactionMode; readonly durability?: Durability },
  body: (store: (name: string) => IDBObjectStore) => () => T,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const transaction = db.transaction([...access.stores], access.mode, { durability: access.durability ?? "default" });
    const ended = access.mode === "readonly" ? () => undefined : noteWriting(db, transaction);
    let read: (() => T) | undefined;
    let thrown: unknown;
    transaction.oncomplete = () => {
      ended();
      if (read) resolve(read());
    };
    transaction.onabort = () => {
      ended();
      reject(asError(thrown ?? transaction.error));
    };
    try {
      read = body((name) => transaction.objectStore(name));
    } catch (error) {
      thrown = error;
      transaction.abort();
    }
  });
}

function noteWriting(db: IDBDatabase, transaction: IDBTransaction): () => void {
  const all = writing.get(db) ?? new Set();
  writing.set(db, all.add(transaction));
  return () => void all.delete(transaction);
}

/** A transaction that the browser ended has an error; one that `abort()` ended has none. */
function asError(error: unknown): Error {
  return error instanceof Error ? error : new DOMException("the transaction was aborted", "AbortError");
}
