import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import { storageError } from "./storageFailure.ts";

/** Everything this device keeps beside documents (those have a database per room). Names are stored for ever. */
export interface DeviceSchema extends DBSchema {
  /** Room id → entry of the shelf. */
  library: { key: string; value: unknown };
  /** Room id → 1: a purged notebook whose document may still have to be deleted. */
  purges: { key: string; value: number };
  /** SHA-256 → bytes. */
  blobs: { key: string; value: unknown };
  /** [room id, SHA-256] → when it was put on the list. */
  uploads: { key: [string, string]; value: number };
  /** Name → key pair. */
  keys: { key: string; value: unknown };
}

export type DeviceConnection = IDBPDatabase<DeviceSchema>;

const NAME = "meshbook-device";
const VERSION = 1;
const STORES = ["library", "purges", "blobs", "uploads", "keys"] as const;

/** One connection for the whole window, opened when first needed and again whenever the browser closed it. */
export class DeviceDatabase {
  readonly #name: string;
  #connection: Promise<DeviceConnection> | undefined;

  constructor(name = NAME) {
    this.#name = name;
  }

  /**
   * Gives `work` the connection; once more if the connection turned out to be closed, so `work` may run twice.
   * @throws StorageError
   */
  async run<T>(work: (db: DeviceConnection) => Promise<T>): Promise<T> {
    try {
      return await work(await this.#open());
    } catch (error) {
      if (storageError(error).code === "storage-full") throw storageError(error);
    }
    this.close();
    let opened = false;
    try {
      const db = await this.#open();
      opened = true;
      return await work(db);
    } catch (error) {
      throw storageError(error, !opened);
    }
  }

  close(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    connection?.then(
      (db) => db.close(),
      // It never opened.
      () => undefined,
    );
  }

  #open(): Promise<DeviceConnection> {
    this.#connection ??= openDB<DeviceSchema>(this.#name, VERSION, {
      upgrade: (db) => {
        for (const store of STORES) db.createObjectStore(store);
      },
      // Another window deletes or upgrades the database: holding on would only block it.
      blocking: () => this.close(),
      terminated: () => this.close(),
    });
    return this.#connection;
  }
}

/** For a request in a transaction that is awaited: if the request fails, the transaction tells, and tells the true reason. */
export function leaveToTransaction(request: Promise<unknown>): void {
  request.catch(() => undefined);
}
