/** `strict`: done only when the disk has it. `relaxed`: when the operating system has it, which outlives the browser. */
export type Durability = "strict" | "relaxed";

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
    let read: (() => T) | undefined;
    let thrown: unknown;
    transaction.oncomplete = () => {
      if (read) resolve(read());
    };
    transaction.onabort = () => reject(asError(thrown ?? transaction.error));
    try {
      read = body((name) => transaction.objectStore(name));
    } catch (error) {
      thrown = error;
      transaction.abort();
    }
  });
}

/** A transaction that the browser ended has an error; one that `abort()` ended has none. */
function asError(error: unknown): Error {
  return error instanceof Error ? error : new DOMException("the transaction was aborted", "AbortError");
}
