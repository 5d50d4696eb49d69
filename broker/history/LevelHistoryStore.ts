// Histories of a class host in a LevelDB of their own, so that damage or a full disk here never reaches the documents:
//   state/<room>/<id>     what is known of a state, as JSON
//   content/<room>/<id>   the state itself, deflated
//   person/<room>/<n>     whose hand Yjs client n is, as JSON
// Every value is a record with a checksum. A change is one synchronous batch.

import { statfs } from "node:fs/promises";
import { StorageError } from "#shared/base/errors.ts";
import type { RoomId, StateId } from "#shared/base/ids.ts";
import { mib, type Bytes } from "#shared/base/units.ts";
import { parseJson } from "#shared/base/parseJson.ts";
import { inOrder, parsePerson, parseState, writePerson, writeState } from "#shared/history/parseHistory.ts";
import type { HistoryChange, HistoryStore, StoredHistory } from "#shared/ports/HistoryStore.ts";
import type { Logger } from "#shared/ports/Logger.ts";
import { openLevel, type Level } from "../archive/openLevel.ts";
import { decodeRecord, encodeRecord } from "../archive/record.ts";

/** Free space that histories leave on the disk: documents and uploads, which matter more, must still be stored. */
export const FREE_SPACE_KEPT: Bytes = mib(1024);

type Kind = "state" | "content" | "person";

/** Keys that are read at a time where they are only counted. */
const BATCH = 1_000;

export class LevelHistoryStore implements HistoryStore {
  readonly #level: Level;
  readonly #folder: string;
  readonly #logger: Logger;

  private constructor(level: Level, folder: string, logger: Logger) {
    this.#level = level;
    this.#folder = folder;
    this.#logger = logger;
  }

  /** @throws StorageError `storage-closed` when another process has the folder open, else `storage-unavailable` */
  static async open(folder: string, logger: Logger): Promise<LevelHistoryStore> {
    return new LevelHistoryStore(await openLevel(folder, logger), folder, logger);
  }

  async load(room: RoomId): Promise<StoredHistory> {
    const [states, people] = await Promise.all([
      this.#readAll("state", room, parseState),
      this.#readAll("person", room, parsePerson),
    ]);
    return { states: inOrder(states), people, visited: undefined };
  }

  async read(room: RoomId, state: StateId): Promise<Uint8Array | undefined> {
    const record = await this.#level.get(keyOf("content", room, state));
    return record && decodeRecord(record);
  }

  async change(room: RoomId, { put, content, drop, people, forget }: HistoryChange): Promise<void> {
    const del = (kind: Kind, id: string | number): { type: "del"; key: string } => ({
      type: "del",
      key: keyOf(kind, room, id),
    });
    // Encoded before anything is awaited: the caller's buffer may change.
    const operations = [
      ...(put ?? []).map((state) => putJson(keyOf("state", room, state.id), writeState(state))),
      ...(content ? [putBytes(keyOf("content", room, content.state), content.bytes)] : []),
      ...(people ?? []).map((person) => putJson(keyOf("person", room, person.client), writePerson(person))),
      ...(drop ?? []).flatMap((id) => [del("state", id), del("content", id)]),
      ...(forget ?? []).map((client) => del("person", client)),
    ];
    if (content !== undefined) await this.#checkSpace();
    await this.#level.batch(operations, { sync: true });
  }

  async purge(room: RoomId): Promise<void> {
    for (const kind of ["state", "content", "person"] as const) await this.#level.clear(rangeOf(kind, room));
  }

  /** Dated states of all rooms. */
  async countStates(): Promise<number> {
    const keys = this.#level.keys({ gte: "state/", lt: "state0" });
    let count = 0;
    try {
      for (let part = await keys.nextv(BATCH); part.length > 0; part = await keys.nextv(BATCH)) count += part.length;
    } finally {
      await keys.close();
    }
    return count;
  }

  /** Every record as it is stored at the instant of the call, for a backup. */
  records(): AsyncIterable<readonly [key: string, record: Uint8Array]> {
    return this.#level.iterator();
  }

  close(): Promise<void> {
    return this.#level.close();
  }

  async #readAll<T>(kind: Kind, room: RoomId, parse: (value: unknown) => T | undefined): Promise<T[]> {
    const found: T[] = [];
    for await (const [key, record] of this.#level.iterator(rangeOf(kind, room))) {
      const content = decodeRecord(record);
      const parsed = content && parse(parseBytes(content));
      if (parsed === undefined) this.#logger.warn("a record of a history cannot be read and is left out", { key });
      else found.push(parsed);
    }
    return found;
  }

  async #checkSpace(): Promise<void> {
    const { bavail, bsize } = await statfs(this.#folder);
    if (bavail * bsize > FREE_SPACE_KEPT) return;
    throw new StorageError(
      "storage-full",
      "the disk is nearly full: histories are not kept until there is space again",
    );
  }
}

const keyOf = (kind: Kind, room: RoomId, id: string | number): string => `${kind}/${room}/${id}`;

/** `0` is the character after `/`, so the range holds exactly the keys that begin with the prefix. */
const rangeOf = (kind: Kind, room: RoomId): { gte: string; lt: string } => ({
  gte: `${kind}/${room}/`,
  lt: `${kind}/${room}0`,
});

interface Put {
  readonly type: "put";
  readonly key: string;
  readonly value: Uint8Array;
}

const putBytes = (key: string, value: Uint8Array): Put => ({ type: "put", key, value: encodeRecord(value) });
const putJson = (key: string, value: unknown): Put => putBytes(key, Buffer.from(JSON.stringify(value)));

const parseBytes = (content: Uint8Array): unknown =>
  parseJson(Buffer.from(content.buffer, content.byteOffset, content.length).toString());
