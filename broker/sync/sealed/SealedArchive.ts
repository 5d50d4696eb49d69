// What a blind host keeps, in LevelDB: for each room a log of sealed entries, and snapshots of it that members made.
//   room/<room>/h               id of the log; which snapshot counts, and which was before
//   room/<room>/e/<n>           one entry
//   room/<room>/s/<covers>/<i>  one piece of the snapshot of everything up to <covers>
//   bad/<room>/<key>            a record that could not be read back
// 1. An entry counts as stored only after LevelDB flushed it to the disk.
// 2. A snapshot counts when the header says so, which is written when all its pieces are on the disk. The snapshot before
//    it, and every entry after that one, stay for one more generation: the host cannot tell a good snapshot from a bad one.
// 3. Where anything is damaged, the log gets another id. Then every member reads all of it again and gives what is
//    missing; and where the present snapshot is damaged, the one before stands in for it.

import { randomBytes } from "node:crypto";
import { fromBase64url, toBase64url } from "#shared/base/base64url.ts";
import type { RoomId } from "#shared/base/ids.ts";
import { isRecord, readInteger, readString } from "#shared/base/parse.ts";
import { LOG_ID_BYTES } from "#shared/contracts/host/sealedHub.ts";
import type { Clock } from "#shared/ports/Clock.ts";
import type { Logger } from "#shared/ports/Logger.ts";
import { GroupWriter } from "../../archive/GroupWriter.ts";
import { openLevel, type Level } from "../../archive/openLevel.ts";
import { decodeRecord, encodeRecord } from "../../archive/record.ts";

export interface SealedEntry {
  readonly seq: number;
  readonly sealed: Uint8Array;
}

/** A snapshot: how much of the log it covers, and of how many pieces it is. */
export interface Generation {
  readonly covers: number;
  readonly pieces: number;
}

/** What is stored of a room. */
export interface StoredLog {
  readonly header: LogHeader;
  readonly pieces: readonly Uint8Array[];
  /** After what the snapshot covers, in order. */
  readonly entries: readonly SealedEntry[];
}

export interface LogHeader {
  readonly id: Uint8Array;
  readonly now: Generation;
  readonly before: Generation | undefined;
}

interface Put {
  readonly type: "put";
  readonly key: string;
  readonly value: Uint8Array;
}

export interface SealedArchiveOptions {
  readonly folder: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

const NUMBER_DIGITS = 12;
const HEADER_LIMIT = 1_000;
const NOTHING: Generation = { covers: 0, pieces: 0 };

export class SealedArchive {
  readonly #level: Level;
  readonly #logger: Logger;
  readonly #writer: GroupWriter<Put>;

  private constructor(level: Level, { clock, logger }: SealedArchiveOptions) {
    this.#level = level;
    this.#logger = logger;
    this.#writer = new GroupWriter<Put>({
      write: (items) => level.batch([...items], { sync: true }),
      onTrouble: (error) => {
        if (error === undefined) logger.info("the archive takes writes again");
        else logger.error("the archive refuses writes; what is new is kept in memory and tried again", { error });
      },
      clock,
    });
  }

  /** @throws StorageError `storage-closed` when another process has the folder open, else `storage-unavailable` */
  static async open(options: SealedArchiveOptions): Promise<SealedArchive> {
    return new SealedArchive(await openLevel(options.folder, options.logger), options);
  }

  /** Reads a room's log, sets aside what is damaged, and removes what a crash left of older generations. */
  async load(room: RoomId): Promise<StoredLog> {
    const header = await this.#readHeader(room);
    if (header === undefined) return this.#salvage(room);
    const read = await this.#readFrom(room, header.now);
    if (read.pieces !== undefined && read.bad.length === 0) {
      await this.#removeOlder(room, header);
      return { header, pieces: read.pieces, entries: read.entries };
    }
    for (const key of read.bad) await this.#quarantine(room, key);
    const usesBefore = read.pieces === undefined && header.before !== undefined;
    const now = usesBefore ? header.before : read.pieces === undefined ? NOTHING : header.now;
    const mended = { id: newId(), now, before: usesBefore ? undefined : header.before };
    await this.#writer.enqueue([headerPut(room, mended)]);
    const again = await this.#readFrom(room, now);
    for (const key of again.bad) await this.#quarantine(room, key);
    return { header: mended, pieces: again.pieces ?? [], entries: again.entries };
  }

  /** Stores one entry; the first of a log with the log's header. Resolves when it is on the disk. */
  append(room: RoomId, { seq, sealed }: SealedEntry, first?: LogHeader): Promise<void> {
    const entry = entryPut(room, seq, sealed);
    return this.#writer.enqueue([...(first === undefined ? [] : [headerPut(room, first)]), entry]);
  }

  /** Stores a piece of a snapshot, which does not count before `commit`. */
  putPiece(
    room: RoomId,
    place: { readonly covers: number; readonly index: number },
    sealed: Uint8Array,
  ): Promise<void> {
    return this.#writer.enqueue([{ type: "put", key: pieceKey(room, place), value: encodeRecord(sealed) }]);
  }

  /** Makes `header.now` the snapshot that counts. Its pieces must have been given. */
  async commit(room: RoomId, header: LogHeader): Promise<void> {
    await this.#writer.enqueue([headerPut(room, header)]);
    await this.#removeOlder(room, header);
  }

  /** The snapshot before the one that counts, and the entries between the two. What is damaged is left out. */
  async *earlier(room: RoomId, { now, before }: LogHeader): AsyncGenerator<Uint8Array> {
    if (before === undefined) return;
    const between = { gt: entryKey(room, before.covers), lte: entryKey(room, now.covers) };
    for (const range of [piecesOf(room, before.covers), between]) {
      for await (const [, record] of this.#level.iterator(range)) {
        const sealed = decodeRecord(record);
        if (sealed !== undefined) yield sealed;
      }
    }
  }

  /** Every record as it is stored at the instant of the call, for a backup. */
  records(): AsyncIterable<readonly [key: string, record: Uint8Array]> {
    return this.#level.iterator();
  }

  async close(): Promise<void> {
    await this.#writer.close();
    await this.#level.close();
  }

  async #readHeader(room: RoomId): Promise<LogHeader | undefined> {
    const record = await this.#level.get(headerKey(room));
    const content = record && decodeRecord(record);
    if (record !== undefined && content === undefined) await this.#quarantine(room, headerKey(room));
    return content && parseHeader(content);
  }

  /** `pieces` undefined: some are missing or damaged. */
  async #readFrom(
    room: RoomId,
    { covers, pieces: count }: Generation,
  ): Promise<{ readonly pieces: readonly Uint8Array[] | undefined; entries: SealedEntry[]; readonly bad: string[] }> {
    const bad: string[] = [];
    // Up to its number: one that was broken off may have left more under the same name.
    const range = { ...piecesOf(room, covers), lt: pieceKey(room, { covers, index: count }) };
    const pieces = (await this.#readRange(range, bad)).map(({ content }) => content);
    const after = { gt: entryKey(room, covers), lt: `${roomPrefix(room)}e0` };
    const entries = await this.#readRange(after, bad);
    return {
      pieces: pieces.length === count ? pieces : undefined,
      entries: entries.map(({ key, content }) => ({ seq: numberOf(key), sealed: content })),
      bad,
    };
  }

  /** Without its header, everything that is there counts: pieces of snapshots become entries, which merge in any order. */
  async #salvage(room: RoomId): Promise<StoredLog> {
    const bad: string[] = [];
    const pieces = await this.#readRange({ gte: `${roomPrefix(room)}s/`, lt: `${roomPrefix(room)}s0` }, bad);
    const { entries, bad: others } = await this.#readFrom(room, NOTHING);
    for (const key of [...bad, ...others]) await this.#quarantine(room, key);
    const header: LogHeader = { id: newId(), now: NOTHING, before: undefined };
    const last = entries.at(-1)?.seq ?? 0;
    const added = pieces.map(({ content }, index) => ({ seq: last + 1 + index, sealed: content }));
    if (added.length + entries.length > 0) {
      this.#logger.error("the head of a room's log is missing; all that is left of it is used", { room });
      const puts = added.map(({ seq, sealed }) => entryPut(room, seq, sealed));
      await this.#writer.enqueue([headerPut(room, header), ...puts]);
    }
    return { header, pieces: [], entries: [...entries, ...added] };
  }

  async #readRange(
    range: KeyRange,
    bad: string[],
  ): Promise<readonly { readonly key: string; readonly content: Uint8Array }[]> {
    const good: { key: string; content: Uint8Array }[] = [];
    for await (const [key, record] of this.#level.iterator(range)) {
      const content = decodeRecord(record);
      if (content === undefined) bad.push(key);
      else good.push({ key, content });
    }
    return good;
  }

  async #removeOlder(room: RoomId, { now, before }: LogHeader): Promise<void> {
    const oldest = before ?? now;
    const keys: string[] = [];
    // With no snapshot before, the entries that the first one covers stay in its place.
    const entries = { gte: entryKey(room, 0), lte: entryKey(room, before?.covers ?? 0) };
    for await (const key of this.#level.keys(entries)) keys.push(key);
    const snapshots = { gte: `${roomPrefix(room)}s/`, lt: `${roomPrefix(room)}s0` };
    for await (const key of this.#level.keys(snapshots)) {
      const covers = Number(key.slice(`${roomPrefix(room)}s/`.length).split("/")[0]);
      if (covers !== now.covers && covers !== oldest.covers) keys.push(key);
    }
    if (keys.length > 0) {
      await this.#level.batch(
        keys.map((key) => ({ type: "del", key }) as const),
        { sync: true },
      );
    }
  }

  async #quarantine(room: RoomId, key: string): Promise<void> {
    this.#logger.error("a stored record is damaged and was set aside", { room, key });
    const value = await this.#level.get(key);
    if (value === undefined) return;
    const aside = `bad/${room}/${key.slice(roomPrefix(room).length)}`;
    const moved = [{ type: "put", key: aside, value } as const, { type: "del", key } as const];
    await this.#level.batch(moved, { sync: true });
  }
}

const newId = (): Uint8Array => randomBytes(LOG_ID_BYTES);

function entryPut(room: RoomId, seq: number, sealed: Uint8Array): Put {
  return { type: "put", key: entryKey(room, seq), value: encodeRecord(sealed) };
}

function headerPut(room: RoomId, { id, now, before }: LogHeader): Put {
  const text = JSON.stringify({ id: toBase64url(id), now, before });
  return { type: "put", key: headerKey(room), value: encodeRecord(new TextEncoder().encode(text)) };
}

function parseHeader(content: Uint8Array): LogHeader | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(content));
    if (!isRecord(value)) return undefined;
    const id = fromBase64url(readString(value["id"], HEADER_LIMIT) ?? "!");
    const now = parseGeneration(value["now"]);
    if (id?.length !== LOG_ID_BYTES || now === undefined) return undefined;
    return { id, now, before: parseGeneration(value["before"]) };
  } catch {
    return undefined;
  }
}

function parseGeneration(value: unknown): Generation | undefined {
  if (!isRecord(value)) return undefined;
  const covers = readInteger(value["covers"], 0, Number.MAX_SAFE_INTEGER);
  const pieces = readInteger(value["pieces"], 0, Number.MAX_SAFE_INTEGER);
  return covers === undefined || pieces === undefined ? undefined : { covers, pieces };
}

interface KeyRange {
  readonly gt?: string;
  readonly gte?: string;
  readonly lt?: string;
  readonly lte?: string;
}

const roomPrefix = (room: RoomId): string => `room/${room}/`;
const numbered = (number: number): string => String(number).padStart(NUMBER_DIGITS, "0");
const headerKey = (room: RoomId): string => `${roomPrefix(room)}h`;
const entryKey = (room: RoomId, seq: number): string => `${roomPrefix(room)}e/${numbered(seq)}`;
const snapshotPrefix = (room: RoomId, covers: number): string => `${roomPrefix(room)}s/${numbered(covers)}`;
const pieceKey = (room: RoomId, { covers, index }: { readonly covers: number; readonly index: number }): string =>
  `${snapshotPrefix(room, covers)}/${numbered(index)}`;
const piecesOf = (room: RoomId, covers: number): KeyRange => ({
  gte: `${snapshotPrefix(room, covers)}/`,
  lt: `${snapshotPrefix(room, covers)}0`,
});
const numberOf = (key: string): number => Number(key.slice(-NUMBER_DIGITS));
