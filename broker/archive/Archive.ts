// The documents of a class host in LevelDB. For each room one snapshot and the updates since:
//   doc/<room>/s        the whole document as one update
//   doc/<room>/u/<n>    one update, n counting up
//   bad/<room>/<key>    a record that could not be read back, kept for whoever wants to look at it
// 1. An update counts as stored only after LevelDB flushed it to the disk (`sync`).
// 2. Compaction writes the snapshot, reads it back, compares, and only then deletes what the snapshot holds. A crash at
//    any point leaves updates that the snapshot also holds, which Yjs merges to the same document.
// 3. A bad record is set aside and the rest of the document loads; peers fill the gap when they next meet.

import { StorageError } from "#shared/base/errors.ts";
import type { RoomId } from "#shared/base/ids.ts";
import type { Clock } from "#shared/ports/Clock.ts";
import type { Logger } from "#shared/ports/Logger.ts";
import { GroupWriter } from "./GroupWriter.ts";
import { openLevel, type Level } from "./openLevel.ts";
import { decodeRecord, encodeRecord } from "./record.ts";

/** A document is compacted when so many updates lie beside its snapshot: opening it stays quick. */
export const COMPACT_ROWS = 500;
/** … or when they outweigh the snapshot and this, so that small documents are not rewritten all the time. */
export const COMPACT_MIN_BYTES = 256 * 1024;

/** Digits of an update's number in its key, so that keys sort as numbers do. */
const NUMBER_DIGITS = 12;

/** One stored update, good as far as its checksum tells. */
export interface StoredUpdate {
  readonly key: string;
  readonly content: Uint8Array;
}

interface RoomIndex {
  nextNumber: number;
  rows: number;
  rowBytes: number;
  snapshotBytes: number;
  compacting: boolean;
}

interface Put {
  readonly type: "put";
  readonly key: string;
  readonly value: Uint8Array;
}

export interface ArchiveOptions {
  readonly folder: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

export class Archive {
  readonly #level: Level;
  readonly #logger: Logger;
  readonly #writer: GroupWriter<Put>;
  readonly #rooms = new Map<RoomId, RoomIndex>();

  private constructor(level: Level, options: ArchiveOptions) {
    this.#level = level;
    this.#logger = options.logger;
    this.#writer = new GroupWriter<Put>({
      write: (items) => level.batch([...items], { sync: true }),
      onTrouble: (error) => this.#tellTrouble(error),
      clock: options.clock,
    });
  }

  /** @throws StorageError `storage-closed` when another process has the folder open, else `storage-unavailable` */
  static async open(options: ArchiveOptions): Promise<Archive> {
    return new Archive(await openLevel(options.folder, options.logger), options);
  }

  /** Everything stored of a room, in the order it was stored, and readies it for `append`. */
  async load(room: RoomId): Promise<readonly StoredUpdate[]> {
    const good: StoredUpdate[] = [];
    const bad: string[] = [];
    const index: RoomIndex = { nextNumber: 1, rows: 0, rowBytes: 0, snapshotBytes: 0, compacting: false };
    for await (const [key, value] of this.#level.iterator(roomRange(room))) {
      const content = decodeRecord(value);
      if (key !== snapshotKey(room)) index.nextNumber = numberOf(key) + 1;
      if (content === undefined) {
        bad.push(key);
        continue;
      }
      good.push({ key, content });
      if (key === snapshotKey(room)) index.snapshotBytes = content.length;
      else countRow(index, content);
    }
    this.#rooms.set(room, index);
    for (const key of bad) await this.quarantine(room, key, "checksum");
    return good;
  }

  /** Stores one update of a loaded room. Resolves when it is durable. @throws StorageError when closed before that */
  append(room: RoomId, update: Uint8Array): Promise<void> {
    const index = this.#indexOf(room);
    const key = updateKey(room, index.nextNumber++);
    countRow(index, update);
    return this.#writer.enqueue([{ type: "put", key, value: encodeRecord(update) }]);
  }

  /** Whether the updates of a room have outgrown its snapshot. */
  wantsCompaction(room: RoomId): boolean {
    const { rows, rowBytes, snapshotBytes, compacting } = this.#indexOf(room);
    if (compacting) return false;
    return rows >= COMPACT_ROWS || (rows > 1 && rowBytes > Math.max(snapshotBytes, COMPACT_MIN_BYTES));
  }

  /**
   * Replaces everything appended so far by `snapshot`, which must hold all of it.
   * @throws StorageError when the snapshot does not read back as it was written; nothing is deleted then
   */
  async compact(room: RoomId, snapshot: Uint8Array): Promise<void> {
    const index = this.#indexOf(room);
    const held = { last: index.nextNumber - 1, rows: index.rows, rowBytes: index.rowBytes };
    index.compacting = true;
    try {
      // Through the same queue as updates: when it is stored, so is everything it replaces.
      await this.#writer.enqueue([{ type: "put", key: snapshotKey(room), value: encodeRecord(snapshot) }]);
      await this.#checkSnapshot(room, snapshot);
      await this.#level.clear({ gte: updateKey(room, 0), lte: updateKey(room, held.last) });
      index.snapshotBytes = snapshot.length;
      index.rows -= held.rows;
      index.rowBytes -= held.rowBytes;
    } finally {
      index.compacting = false;
    }
  }

  /** Sets a record aside that reads well and means nothing, or does not even read well. */
  async quarantine(room: RoomId, key: string, reason: string): Promise<void> {
    this.#logger.error("a stored record is damaged and was set aside", { room, key, reason });
    const value = await this.#level.get(key);
    if (value === undefined) return;
    const aside = `bad/${room}/${key.slice(roomPrefix(room).length)}`;
    await this.#level.batch(
      [
        { type: "put", key: aside, value },
        { type: "del", key },
      ],
      { sync: true },
    );
  }

  /** The room is not needed any more. Everything appended must have been awaited. */
  release(room: RoomId): void {
    this.#rooms.delete(room);
  }

  /** Writes what waits and closes. */
  async close(): Promise<void> {
    await this.#writer.close();
    await this.#level.close();
  }

  async #checkSnapshot(room: RoomId, snapshot: Uint8Array): Promise<void> {
    const stored = await this.#level.get(snapshotKey(room));
    const content = stored && decodeRecord(stored);
    if (content === undefined || Buffer.compare(content, snapshot) !== 0) {
      throw new StorageError("storage-corrupt", `the snapshot of room ${room} does not read back as written`);
    }
  }

  #indexOf(room: RoomId): RoomIndex {
    const index = this.#rooms.get(room);
    if (index === undefined) throw new Error(`room ${room} is not loaded`);
    return index;
  }

  #tellTrouble(error: unknown): void {
    if (error === undefined) this.#logger.info("the archive takes writes again");
    else this.#logger.error("the archive refuses writes; what is new is kept in memory and tried again", { error });
  }
}

function countRow(index: RoomIndex, update: Uint8Array): void {
  index.rows += 1;
  index.rowBytes += update.length;
}

const roomPrefix = (room: RoomId): string => `doc/${room}/`;
const snapshotKey = (room: RoomId): string => `${roomPrefix(room)}s`;
const updateKey = (room: RoomId, number: number): string =>
  `${roomPrefix(room)}u/${String(number).padStart(NUMBER_DIGITS, "0")}`;
const numberOf = (key: string): number => Number(key.slice(-NUMBER_DIGITS));

/** `0` is the character after `/`, so the range holds exactly the keys that begin with the prefix. */
const roomRange = (room: RoomId): { gte: string; lt: string } => ({ gte: roomPrefix(room), lt: `doc/${room}0` });
