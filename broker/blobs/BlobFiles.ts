import { createHash, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readdir, rename, rm, stat, statfs, unlink, utimes, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import type { Dispose } from "#shared/base/dispose.ts";
import { Emitter } from "#shared/base/emitter.ts";
import { ContentHash, RoomId } from "#shared/base/ids.ts";
import { isRecord } from "#shared/base/parse.ts";
import { bytes, mib, seconds, unixMs, type Bytes, type Milliseconds, type UnixMs } from "#shared/base/units.ts";
import { BLOB_LIMIT } from "#shared/ports/BlobStore.ts";
import { ROOM_SEAL_OVERHEAD } from "#shared/rooms/RoomSealer.ts";
import { FileUses } from "./FileUses.ts";

/** Free space that uploads leave on the disk: documents, which matter more, must still be stored. */
export const FREE_SPACE_KEPT: Bytes = mib(512);

/** A file that is asked for gets a new date when its date is older: reading must not write each time. */
const DATE_AGE: Milliseconds = seconds(3600);

/** What the files are to the host. Sealed ones have names that only members can make (RoomSealer). */
export type BlobContent = "named by its hash" | "sealed";

/** What became of an upload. */
export type PutOutcome = "created" | "known" | "wrong-hash" | "too-large" | "disk-full" | "broken-off";

/** Blobs of all rooms as files named by their hash. A file is there whole and right, or not at all. */
export class BlobFiles {
  readonly #folder: string;
  readonly #incoming: string;
  readonly #stored = new Emitter<RoomId>();
  readonly #uses = new FileUses();

  readonly #content: BlobContent;

  private constructor(folder: string, content: BlobContent) {
    this.#folder = folder;
    this.#content = content;
    this.#incoming = join(folder, ".incoming");
  }

  /** Opens the folder and removes what uploads left that a crash broke off. */
  static async open(folder: string, content: BlobContent = "named by its hash"): Promise<BlobFiles> {
    const files = new BlobFiles(folder, content);
    await mkdir(files.#incoming, { recursive: true });
    for (const name of await readdir(files.#incoming)) await rm(join(files.#incoming, name), { force: true });
    return files;
  }

  /** Bytes of a blob that somebody asks for, which keeps it; undefined if it is not here. */
  size(room: RoomId, hash: ContentHash): Promise<number | undefined> {
    const path = this.#path(room, hash);
    return this.#uses.using(path, () => ask(path, DATE_AGE));
  }

  read(room: RoomId, hash: ContentHash): Readable {
    return createReadStream(this.#path(room, hash));
  }

  /** Stores what the stream brings if it has that hash. Resolves when it is on the disk. */
  put(room: RoomId, hash: ContentHash, content: Readable): Promise<PutOutcome> {
    return this.#uses.using(this.#path(room, hash), () => this.#put(room, hash, content));
  }

  /** Rooms that have a folder here. */
  async rooms(): Promise<readonly RoomId[]> {
    return (await readdir(this.#folder)).flatMap((name) => RoomId.parse(name) ?? []);
  }

  /** Every blob of a room, and when it was last stored or asked for. */
  async list(room: RoomId): Promise<readonly { readonly hash: ContentHash; readonly used: UnixMs }[]> {
    const names = await readdir(join(this.#folder, room)).catch(() => []);
    const list: { readonly hash: ContentHash; readonly used: UnixMs }[] = [];
    for (const name of names) {
      const hash = ContentHash.parse(name);
      const found = hash && (await stat(this.#path(room, hash)).catch(() => undefined));
      if (hash !== undefined && found !== undefined) list.push({ hash, used: unixMs(found.mtimeMs) });
    }
    return list;
  }

  /** Deletes a blob that nobody stored or asked for since `used`. Gives the bytes freed; undefined if it stays. */
  remove(room: RoomId, hash: ContentHash, used: UnixMs | undefined): Promise<Bytes | undefined> {
    const path = this.#path(room, hash);
    return this.#uses.removing(path, async () => {
      const found = await stat(path).catch(() => undefined);
      if (found === undefined || found.mtimeMs !== used) return undefined;
      await unlink(path);
      return bytes(found.size);
    });
  }

  async #put(room: RoomId, hash: ContentHash, content: Readable): Promise<PutOutcome> {
    if ((await ask(this.#path(room, hash), 0)) !== undefined) return "known";
    if (!(await this.#hasSpace())) return "disk-full";
    const temporary = join(this.#incoming, randomBytes(12).toString("hex"));
    try {
      const outcome = await write(temporary, content, this.#content === "sealed" ? undefined : hash);
      if (outcome !== "created") return outcome;
      await mkdir(join(this.#folder, room), { recursive: true });
      await rename(temporary, this.#path(room, hash));
      this.#stored.emit(room);
      return "created";
    } finally {
      await rm(temporary, { force: true });
    }
  }

  /** Calls `listener` with the room each time a new blob of it is here. */
  onStored(listener: (room: RoomId) => void): Dispose {
    return this.#stored.subscribe(listener);
  }

  async #hasSpace(): Promise<boolean> {
    const { bavail, bsize } = await statfs(this.#folder);
    return bavail * bsize > FREE_SPACE_KEPT;
  }

  #path(room: RoomId, hash: ContentHash): string {
    return join(this.#folder, room, hash);
  }
}

/** A file's size; undefined if it is not there. Dates it anew if its date is older than `age`. */
async function ask(path: string, age: number): Promise<number | undefined> {
  try {
    const { size, mtimeMs } = await stat(path);
    const now = new Date();
    // A date from the future is one of a clock that was wrong.
    if (Math.abs(now.getTime() - mtimeMs) >= age) await utimes(path, now, now).catch(() => undefined);
    return size;
  } catch {
    return undefined;
  }
}

/** `expected` undefined: it is sealed, and only members can say whether it is what it is called. */
async function write(path: string, content: Readable, expected: ContentHash | undefined): Promise<PutOutcome> {
  const file = await open(path, "wx", 0o600);
  try {
    const outcome = await copy(content, file, expected);
    if (outcome === "created") await file.sync();
    return outcome;
  } catch (error) {
    return isRecord(error) && error["code"] === "ENOSPC" ? "disk-full" : "broken-off";
  } finally {
    await file.close();
  }
}

async function copy(content: Readable, file: FileHandle, expected: ContentHash | undefined): Promise<PutOutcome> {
  const hash = createHash("sha256");
  const limit = expected === undefined ? BLOB_LIMIT + ROOM_SEAL_OVERHEAD : BLOB_LIMIT;
  let size = 0;
  for await (const part of content) {
    // reason: a request gives buffers as long as no encoding is set.
    const bytes = part as Buffer;
    size += bytes.length;
    if (size > limit) return "too-large";
    hash.update(bytes);
    await file.write(bytes);
  }
  if (expected === undefined) return size >= ROOM_SEAL_OVERHEAD ? "created" : "wrong-hash";
  return hash.digest("hex") === expected ? "created" : "wrong-hash";
}
