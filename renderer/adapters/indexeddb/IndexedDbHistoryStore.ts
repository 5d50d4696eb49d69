// Histories of this device, in a database of their own: deleting it, or a fault in it, costs no document.

import { isRecord } from "#shared/base/parse.ts";
import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import type { RoomId, StateId } from "#shared/base/ids.ts";
import { unixMs } from "#shared/base/units.ts";
import { inOrder, parsePerson, parseState, writePerson, writeState } from "#shared/history/parseHistory.ts";
import type { HistoryChange, HistoryStore, StoredHistory } from "#shared/ports/HistoryStore.ts";
import { crc32 } from "#shared/base/crc32.ts";
import { leaveToTransaction } from "./DeviceDatabase.ts";
import { storageError } from "./storageFailure.ts";

/** Names are stored for ever. Keys begin with the room, so that a room is one range of each store. */
interface HistorySchema extends DBSchema {
  states: { key: [string, string]; value: unknown };
  /** `{ bytes, crc }` */
  contents: { key: [string, string]; value: unknown };
  people: { key: [string, number]; value: unknown };
  /** Room → when this device last had the notebook before it. */
  visits: { key: string; value: number };
}

const NAME = "meshbook-history";
const VERSION = 1;
const STORES = ["states", "contents", "people", "visits"] as const;

export class IndexedDbHistoryStore implements HistoryStore {
  readonly #name: string;
  #connection: Promise<IDBPDatabase<HistorySchema>> | undefined;

  constructor(name = NAME) {
    this.#name = name;
  }

  load(room: RoomId): Promise<StoredHistory> {
    return this.#run(async (db) => {
      const [states, people, visited] = await Promise.all([
        db.getAll("states", rangeOf(room)),
        db.getAll("people", rangeOf(room)),
        db.get("visits", room),
      ]);
      return {
        states: inOrder(states.flatMap((value) => parseState(value) ?? [])),
        people: people.flatMap((value) => parsePerson(value) ?? []),
        visited: visited === undefined ? undefined : unixMs(visited),
      };
    });
  }

  async read(room: RoomId, state: StateId): Promise<Uint8Array | undefined> {
    const found = await this.#run((db) => db.get("contents", [room, state]));
    const bytes = isRecord(found) ? found["bytes"] : undefined;
    return bytes instanceof Uint8Array && isRecord(found) && found["crc"] === crc32(bytes) ? bytes : undefined;
  }

  async change(room: RoomId, change: HistoryChange): Promise<void> {
    const { put = [], drop = [], people = [], forget = [], visited } = change;
    // A copy: a view on a larger buffer would be stored with all of it, and the buffer may change.
    const bytes = change.content?.bytes.slice();
    const content = bytes && { bytes, crc: crc32(bytes) };
    await this.#run(async (db) => {
      const transaction = db.transaction(STORES, "readwrite");
      const states = transaction.objectStore("states");
      const contents = transaction.objectStore("contents");
      const known = transaction.objectStore("people");
      const requests: Promise<unknown>[] = [
        ...put.map((state) => states.put(writeState(state), [room, state.id])),
        ...people.map((one) => known.put(writePerson(one), [room, one.client])),
        ...drop.flatMap((id) => [states.delete([room, id]), contents.delete([room, id])]),
        ...forget.map((client) => known.delete([room, client])),
      ];
      if (change.content) requests.push(contents.put(content, [room, change.content.state]));
      if (visited !== undefined) requests.push(transaction.objectStore("visits").put(visited, room));
      for (const request of requests) leaveToTransaction(request);
      await transaction.done;
    });
  }

  async purge(room: RoomId): Promise<void> {
    await this.#run(async (db) => {
      const transaction = db.transaction(STORES, "readwrite");
      for (const name of ["states", "contents", "people"] as const) {
        leaveToTransaction(transaction.objectStore(name).delete(rangeOf(room)));
      }
      leaveToTransaction(transaction.objectStore("visits").delete(room));
      await transaction.done;
    });
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

  /** Once more if the browser closed the connection meanwhile. @throws StorageError */
  async #run<T>(work: (db: IDBPDatabase<HistorySchema>) => Promise<T>): Promise<T> {
    try {
      return await work(await this.#open());
    } catch (error) {
      if (storageError(error).code === "storage-full") throw storageError(error);
    }
    this.close();
    try {
      return await work(await this.#open());
    } catch (error) {
      throw storageError(error);
    }
  }

  #open(): Promise<IDBPDatabase<HistorySchema>> {
    this.#connection ??= openDB<HistorySchema>(this.#name, VERSION, {
      upgrade: (db) => {
        for (const store of STORES) db.createObjectStore(store);
      },
      blocking: () => this.close(),
      terminated: () => this.close(),
    });
    return this.#connection;
  }
}

/** An array sorts behind every text and number, so this holds exactly the keys that begin with the room. */
const rangeOf = (room: RoomId): IDBKeyRange => IDBKeyRange.bound([room], [room, []]);
