// The documents of a class host in LevelDB. For each room one snapshot and the updates since:
//   doc/<room>/s        the whole document as one update
//   doc/<room>/u/<n>    one update since, n counting up
//   doc/<room>/p        the snapshot before `s`, and
//   doc/<room>/o/<n>    the updates between the two: one generation, read only when `s` cannot be
//   bad/<room>/<key>    a record that could not be read back, kept for whoever wants to look at it
// 1. An update counts as stored only after LevelDB flushed it to the disk (`sync`).
// 2. Compaction keeps the old snapshot as `p` while it writes the new one, reads it back, compares, and only then puts
//    the updates it holds aside in the place of those of the generation before. A crash at any point leaves updates that
//    the snapshot also holds, which Yjs merges to the same document.
// 3. A bad record is set aside and the rest of the document loads; peers fill the gap when they next meet. A bad
//    snapshot leaves no gap: `p`, `o` and `u` together are the document.
// 4. Numbers never come back, so that updates of two generations cannot meet under one key.

import type { Dispose } from "#shared/base/dispose.ts";
import { Emitter } from "#shared/base/emitter.ts";
import { StorageError } from "#shared/base/errors.ts";
import { RoomId } from "#shared/base/ids.ts";
import type { Clock } from "#shared/ports/Clock.ts";
import type { Logger } from "#shared/ports/Logger.ts";
import { GroupWriter } from "./GroupWriter.ts";
import { openLevel, type Level } from "./openLevel.ts";
import {
  asideKey,
  asideRange,
  badKey,
  badRange,
  isUpdateKey,
  numberOf,
  presentRange,
  previousKey,
  previousRange,
  snapshotKey,
  updateKey,
  updateRange,
  type KeyRange,
} from "./archiveKeys.ts";
import { decodeRecord, encodeRecord } from "./record.ts";

/** A document is compacted when so many updates lie beside its snapshot: opening it stays quick. */
export const COMPACT_ROWS = 500;
/** … or when they outweigh the snapshot and this, so that small documents are not rewritten all the time. */
export const COMPACT_MIN_BYTES = 256 * 1024;

/** One stored update, good as far as its checksum tells. */
export interface StoredUpdate {
  readonly key: string;
  readonly content: Uint8Array;
}

export interface Progress {
  readonly appended: number;
  readonly stored: number;
}

const NO_PROGRESS: Progress = { appended: 0, stored: 0 };

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

type Operation = Put | { readonly type: "del"; readonly key: string };

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
  readonly #stored = new Emitter<RoomId>();
  readonly #progress = new Map<RoomId, Progress>();

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
    const { good, bad } = await this.#read(room);
    const index: RoomIndex = { nextNumber: 1, rows: 0, rowBytes: 0, snapshotBytes: 0, compacting: false };
    for (const { key, content } of good) {
      if (key === snapshotKey(room)) index.snapshotBytes = content.length;
      else if (isUpdateKey(room, key)) countRow(index, content);
    }
    index.nextNumber = (await this.#lastNumber(room)) + 1;
    this.#rooms.set(room, index);
    for (const key of bad) await this.quarantine(room, key, "checksum");
    return good;
  }

  /** Everything stored of a room at this instant, for whoever only looks: nothing is readied, set aside or repaired. */
  async peek(room: RoomId): Promise<readonly Uint8Array[]> {
    const { good } = await this.#read(room);
    return good.map(({ content }) => content);
  }

  /** As `peek`; undefined if a part of it is damaged, or was once set aside: then what is there may not be all. */
  async peekWhole(room: RoomId): Promise<readonly Uint8Array[] | undefined> {
    const aside = await this.#level.keys({ ...badRange(room), limit: 1 }).all();
    const { good, bad } = await this.#read(room);
    return aside.length > 0 || bad.length > 0 ? undefined : good.map(({ content }) => content);
  }

  /** Updates of a room since this was opened: how many were given to `append`, and how many of them are on the disk. */
  progress(room: RoomId): Progress {
    return this.#progress.get(room) ?? NO_PROGRESS;
  }

  /** Every record as it is stored at the instant of the call, for a backup. */
  records(): AsyncIterable<readonly [key: string, record: Uint8Array]> {
    return this.#level.iterator();
  }

  /** All rooms of which something is stored. */
  async rooms(): Promise<readonly RoomId[]> {
    const rooms: RoomId[] = [];
    for (let after = "doc/"; ;) {
      const [key] = await this.#level.keys({ gt: after, lt: "doc0", limit: 1 }).all();
      if (key === undefined) return rooms;
      const name = key.split("/")[1] ?? "";
      const room = RoomId.parse(name);
      if (room !== undefined) rooms.push(room);
      after = `doc/${name}0`;
    }
  }

  /** Stores one update of a loaded room. Resolves when it is durable. @throws StorageError when closed before that */
  append(room: RoomId, update: Uint8Array): Promise<void> {
    const index = this.#indexOf(room);
    const key = updateKey(room, index.nextNumber++);
    countRow(index, update);
    this.#progress.set(room, { ...this.progress(room), appended: this.progress(room).appended + 1 });
    return this.#store(room, { type: "put", key, value: encodeRecord(update) });
  }

  /** Calls `listener` with a room each time something new of it is on the disk. */
  onStored(listener: (room: RoomId) => void): Dispose {
    return this.#stored.subscribe(listener);
  }

  /** Whether the updates of a room have outgrown its snapshot. */
  wantsCompaction(room: RoomId): boolean {
    const { rows, rowBytes, snapshotBytes, compacting } = this.#indexOf(room);
    if (compacting) return false;
    return rows >= COMPACT_ROWS || (rows > 1 && rowBytes > Math.max(snapshotBytes, COMPACT_MIN_BYTES));
  }

  /**
   * Replaces everything appended so far by `snapshot`, which must hold all of it. What is replaced is kept for one more
   * generation.
   * @throws StorageError when the snapshot does not read back as it was written; nothing is deleted then
   */
  async compact(room: RoomId, snapshot: Uint8Array): Promise<void> {
    const index = this.#indexOf(room);
    const held = { last: index.nextNumber - 1, rows: index.rows, rowBytes: index.rowBytes };
    index.compacting = true;
    try {
      const old = await this.#level.get(snapshotKey(room));
      const keepsOld = old !== undefined && decodeRecord(old) !== undefined;
      // Through the same queue as updates: when it is stored, so is everything it replaces.
      await this.#writer.enqueue([
        ...(keepsOld ? [{ type: "put", key: previousKey(room), value: old } as const] : []),
        { type: "put", key: snapshotKey(room), value: encodeRecord(snapshot) },
      ]);
      await this.#checkSnapshot(room, snapshot);
      await this.#putAside(room, { last: held.last, keepsOld });
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
    const aside = badKey(room, key);
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

  async #store(room: RoomId, put: Put): Promise<void> {
    await this.#writer.enqueue([put]);
    this.#progress.set(room, { ...this.progress(room), stored: this.progress(room).stored + 1 });
    this.#stored.emit(room);
  }

  /** The snapshot and what came after it; if the snapshot is bad or missing, the generation before as well. */
  async #read(room: RoomId): Promise<{ readonly good: StoredUpdate[]; readonly bad: string[] }> {
    const good: StoredUpdate[] = [];
    const bad: string[] = [];
    const take = async (range: KeyRange): Promise<void> => {
      for await (const [key, value] of this.#level.iterator(range)) {
        const content = decodeRecord(value);
        if (content === undefined) bad.push(key);
        else good.push({ key, content });
      }
    };
    await take(presentRange(room));
    if (good[0]?.key === snapshotKey(room)) return { good, bad };
    const since = good.splice(0);
    await take(previousRange(room));
    // `o` sorts before `p`, which it builds on.
    const previous = good.findIndex(({ key }) => key === previousKey(room));
    if (previous > 0) good.unshift(...good.splice(previous, 1));
    return { good: [...good, ...since], bad };
  }

  async #lastNumber(room: RoomId): Promise<number> {
    const last = async (range: KeyRange): Promise<number> => {
      const [key] = await this.#level.keys({ ...range, reverse: true, limit: 1 }).all();
      return key === undefined ? 0 : numberOf(key);
    };
    return Math.max(await last(updateRange(room)), await last(asideRange(room)));
  }

  /** Puts the updates up to `last` in the place of the generation before; beside it if that is still the previous one. */
  async #putAside(room: RoomId, { last, keepsOld }: { last: number; keepsOld: boolean }): Promise<void> {
    const operations: Operation[] = [];
    if (keepsOld) {
      for await (const key of this.#level.keys(asideRange(room))) operations.push({ type: "del", key });
    }
    const held = { gte: updateKey(room, 0), lte: updateKey(room, last) };
    for await (const [key, value] of this.#level.iterator(held)) {
      operations.push({ type: "put", key: asideKey(room, numberOf(key)), value }, { type: "del", key });
    }
    await this.#level.batch(operations, { sync: true });
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
