// Executions asked of other computers, in a database of their own: a fault in it costs no document.

import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import type { RoomId, RunId } from "#shared/base/ids.ts";
import { parseAskedRun, type AskedRun, type AskedRunStore, type RunClaim } from "#shared/ports/AskedRunStore.ts";
import { storageError } from "./storageFailure.ts";

/** Names are stored for ever. */
interface AskedSchema extends DBSchema {
  runs: { key: string; value: unknown; indexes: { room: string } };
}

const NAME = "meshbook-asked";
const VERSION = 1;
/** Strict: "queued" is a promise that a pulled battery must not break. */
const STRICT = { durability: "strict" } as const;

export class IndexedDbAskedRuns implements AskedRunStore {
  readonly #claim: (run: RunId) => RunClaim;
  readonly #name: string;
  #connection: Promise<IDBPDatabase<AskedSchema>> | undefined;

  /** `claim`: a lock among the tabs of this browser, named after the run. */
  constructor(claim: (run: RunId) => RunClaim, name = NAME) {
    this.#claim = claim;
    this.#name = name;
  }

  put(asked: AskedRun): Promise<void> {
    return this.#write((store) => store.put(asked, asked.run));
  }

  remove(run: RunId): Promise<void> {
    return this.#write((store) => store.delete(run));
  }

  get(run: RunId): Promise<AskedRun | undefined> {
    return this.#run(async (db) => parseAskedRun(await db.get("runs", run)));
  }

  async list(room: RoomId): Promise<readonly AskedRun[]> {
    const found = await this.#run((db) => db.getAllFromIndex("runs", "room", room));
    return found.flatMap((value) => parseAskedRun(value) ?? []).sort((one, other) => one.at - other.at);
  }

  claim(run: RunId): RunClaim {
    return this.#claim(run);
  }

  #write(work: (store: RunStore) => Promise<unknown>): Promise<void> {
    return this.#run(async (db) => {
      const transaction = db.transaction("runs", "readwrite", STRICT);
      await Promise.all([work(transaction.store), transaction.done]);
    });
  }

  /** Once more if the browser closed the connection meanwhile. @throws StorageError */
  async #run<T>(work: (db: IDBPDatabase<AskedSchema>) => Promise<T>): Promise<T> {
    try {
      return await work(await this.#open());
    } catch (error) {
      if (storageError(error).code === "storage-full") throw storageError(error);
    }
    this.#close();
    try {
      return await work(await this.#open());
    } catch (error) {
      throw storageError(error);
    }
  }

  #close(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    connection?.then(
      (db) => db.close(),
      // It never opened.
      () => undefined,
    );
  }

  #open(): Promise<IDBPDatabase<AskedSchema>> {
    this.#connection ??= openDB<AskedSchema>(this.#name, VERSION, {
      upgrade: (db) => {
        db.createObjectStore("runs").createIndex("room", "room");
      },
      blocking: () => this.#close(),
      terminated: () => this.#close(),
    });
    return this.#connection;
  }
}

interface RunStore {
  put(value: unknown, key: string): Promise<unknown>;
  delete(key: string): Promise<unknown>;
}
