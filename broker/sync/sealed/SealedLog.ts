// One room's log in memory, and its place in the archive. The host knows order and size of what is in it, nothing else.

import type { LogPosition } from "#shared/adapters/hub/sealed/sealedFrames.ts";
import { StorageError } from "#shared/base/errors.ts";
import type { RoomId } from "#shared/base/ids.ts";
import { mib, type Bytes } from "#shared/base/units.ts";
import type { Logger } from "#shared/ports/Logger.ts";
import { markOf } from "#shared/rooms/RoomSealer.ts";
import { COMPACT_MIN_BYTES, COMPACT_ROWS } from "../../archive/Archive.ts";
import type { LogHeader, SealedArchive, SealedEntry } from "./SealedArchive.ts";

/** Most of a room that is kept, and held in memory while somebody is in it: the largest notebooks, many times over. */
export const SEALED_ROOM_LIMIT: Bytes = mib(256);

/** What a client is sent next. */
export interface LogStretch {
  readonly pieces: readonly { readonly index: number; readonly sealed: Uint8Array }[];
  readonly entries: readonly SealedEntry[];
  /** Then it has everything. */
  readonly isAll: boolean;
}

export interface SealedLogOptions {
  readonly room: RoomId;
  readonly archive: SealedArchive;
  readonly logger: Logger;
  /** `durable` has grown. */
  readonly onDurable: () => void;
}

export class SealedLog {
  readonly #options: SealedLogOptions;
  readonly #writing = new Set<Promise<void>>();
  #header: LogHeader | undefined;
  #stored = false;
  #pieces: readonly Uint8Array[] = [];
  #entries: SealedEntry[] = [];
  #pieceBytes = 0;
  #entryBytes = 0;
  #newest = 0;
  #durable = 0;

  constructor(options: SealedLogOptions) {
    this.#options = options;
  }

  /** @throws StorageError when the archive cannot be read */
  async load(): Promise<void> {
    const { archive, room } = this.#options;
    const { header, pieces, entries } = await archive.load(room);
    this.#header = header;
    this.#take(pieces, entries);
    this.#newest = this.#durable = entries.at(-1)?.seq ?? header.now.covers;
    this.#stored = this.#newest > 0;
  }

  get newest(): number {
    return this.#newest;
  }

  /** Every entry up to this one is on the disk. */
  get durable(): number {
    return this.#durable;
  }

  get covers(): number {
    return this.#loaded.now.covers;
  }

  get bytes(): number {
    return this.#pieceBytes + this.#entryBytes;
  }

  get id(): Uint8Array {
    return this.#loaded.id;
  }

  get snapshot(): { readonly covers: number; readonly pieces: number; readonly bytes: number } {
    return { covers: this.covers, pieces: this.#pieces.length, bytes: this.bytes };
  }

  /** Whether a snapshot should take the place of what has gathered. */
  get wantsSnapshot(): boolean {
    const count = this.#entries.length;
    return count >= COMPACT_ROWS || (count > 1 && this.#entryBytes > Math.max(this.#pieceBytes, COMPACT_MIN_BYTES));
  }

  /** Takes an entry in; returns its number. It is stored in the background. */
  append(sealed: Uint8Array): number {
    const { archive, room, onDurable } = this.#options;
    const seq = ++this.#newest;
    const entry = { seq, sealed };
    this.#entries.push(entry);
    this.#entryBytes += sealed.length;
    const first = this.#stored ? undefined : this.#loaded;
    this.#stored = true;
    this.#track(
      archive.append(room, entry, first).then(() => {
        this.#durable = seq;
        onDurable();
      }),
    );
    return seq;
  }

  /** Whether what follows this position can be given. */
  accepts(position: LogPosition): boolean {
    const { log, covers, piece, whole, seq, mark } = position;
    if (Buffer.compare(log, this.id) !== 0 || seq > this.#newest) return false;
    if (!whole) return covers === this.covers && seq === covers && piece <= this.#pieces.length;
    if (seq === this.covers) return true;
    const entry = this.#entries[this.#indexAfter(seq) - 1];
    return entry?.seq === seq && Buffer.compare(markOf(entry.sealed), mark) === 0;
  }

  /** The next of what follows a position that is accepted, about `limit` bytes and at least one message. */
  after({ piece, whole, seq }: LogPosition, limit: number): LogStretch {
    const pieces: { index: number; sealed: Uint8Array }[] = [];
    const entries: SealedEntry[] = [];
    let left = limit;
    for (let index = whole ? this.#pieces.length : piece; index < this.#pieces.length && left > 0; index++) {
      const sealed = this.#pieces[index] ?? new Uint8Array();
      pieces.push({ index, sealed });
      left -= sealed.length;
    }
    const start = this.#indexAfter(seq);
    for (let index = start; index < this.#entries.length && left > 0; index++) {
      const entry = this.#entries[index];
      if (entry === undefined) break;
      entries.push(entry);
      left -= entry.sealed.length;
    }
    const piecesDone = whole || piece + pieces.length >= this.#pieces.length;
    return { pieces, entries, isAll: piecesDone && start + entries.length >= this.#entries.length };
  }

  /** The generation before, message by message. */
  earlier(): AsyncGenerator<Uint8Array> {
    return this.#options.archive.earlier(this.#options.room, this.#loaded);
  }

  /**
   * Takes a snapshot of everything up to `covers` that a member made. What it replaces stays for one generation more.
   * @throws StorageError when it could not be stored; everything is as before then
   */
  async replace(covers: number, pieces: readonly Uint8Array[]): Promise<void> {
    const { archive, room } = this.#options;
    const { id, now } = this.#loaded;
    if (covers <= now.covers || covers > this.#newest) throw new StorageError("storage-corrupt", "covers nothing");
    await Promise.all(pieces.map((sealed, index) => archive.putPiece(room, { covers, index }, sealed)));
    const header: LogHeader = { id, now: { covers, pieces: pieces.length }, before: now };
    await archive.commit(room, header);
    this.#header = header;
    this.#take(
      pieces,
      this.#entries.filter(({ seq }) => seq > covers),
    );
  }

  /** Resolves when everything taken in is on the disk, or the archive has closed. */
  async flush(): Promise<void> {
    await Promise.all(this.#writing);
  }

  get #loaded(): LogHeader {
    if (this.#header === undefined) throw new Error("the log is not loaded");
    return this.#header;
  }

  #take(pieces: readonly Uint8Array[], entries: readonly SealedEntry[]): void {
    this.#pieces = pieces;
    this.#entries = [...entries];
    this.#pieceBytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
    this.#entryBytes = entries.reduce((sum, { sealed }) => sum + sealed.length, 0);
  }

  /** Index of the first entry above `seq`. */
  #indexAfter(seq: number): number {
    let [low, high] = [0, this.#entries.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#entries[middle]?.seq ?? 0) > seq) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** A failed write is only told: the archive tries again by itself, and gives up only when it closes. */
  #track(write: Promise<void>): void {
    const { logger, room } = this.#options;
    const done = write
      .catch((error: unknown) => logger.error("a write to the archive failed", { room, error }))
      .finally(() => this.#writing.delete(done));
    this.#writing.add(done);
  }
}
