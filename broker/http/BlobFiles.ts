import { createHash, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readdir, rename, rm, stat, statfs, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import type { Dispose } from "#shared/base/dispose.ts";
import { Emitter } from "#shared/base/emitter.ts";
import type { ContentHash, RoomId } from "#shared/base/ids.ts";
import { isRecord } from "#shared/base/parse.ts";
import { mib, type Bytes } from "#shared/base/units.ts";
import { BLOB_LIMIT } from "#shared/ports/BlobStore.ts";

/** Free space that uploads leave on the disk: documents, which matter more, must still be stored. */
export const FREE_SPACE_KEPT: Bytes = mib(512);

/** What became of an upload. */
export type PutOutcome = "created" | "known" | "wrong-hash" | "too-large" | "disk-full" | "broken-off";

/** Blobs of all rooms as files named by their hash. A file is there whole and right, or not at all. */
export class BlobFiles {
  readonly #folder: string;
  readonly #incoming: string;
  readonly #stored = new Emitter<RoomId>();

  private constructor(folder: string) {
    this.#folder = folder;
    this.#incoming = join(folder, ".incoming");
  }

  /** Opens the folder and removes what uploads left that a crash broke off. */
  static async open(folder: string): Promise<BlobFiles> {
    const files = new BlobFiles(folder);
    await mkdir(files.#incoming, { recursive: true });
    for (const name of await readdir(files.#incoming)) await rm(join(files.#incoming, name), { force: true });
    return files;
  }

  /** Bytes of a blob, or undefined if it is not here. */
  async size(room: RoomId, hash: ContentHash): Promise<number | undefined> {
    try {
      return (await stat(this.#path(room, hash))).size;
    } catch {
      return undefined;
    }
  }

  read(room: RoomId, hash: ContentHash): Readable {
    return createReadStream(this.#path(room, hash));
  }

  /** Stores what the stream brings if it has that hash. Resolves when it is on the disk. */
  async put(room: RoomId, hash: ContentHash, content: Readable): Promise<PutOutcome> {
    if ((await this.size(room, hash)) !== undefined) return "known";
    if (!(await this.#hasSpace())) return "disk-full";
    const temporary = join(this.#incoming, randomBytes(12).toString("hex"));
    try {
      const outcome = await write(temporary, content, hash);
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

async function write(path: string, content: Readable, expected: ContentHash): Promise<PutOutcome> {
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

async function copy(content: Readable, file: FileHandle, expected: ContentHash): Promise<PutOutcome> {
  const hash = createHash("sha256");
  let size = 0;
  for await (const part of content) {
    // reason: a request gives buffers as long as no encoding is set.
    const bytes = part as Buffer;
    size += bytes.length;
    if (size > BLOB_LIMIT) return "too-large";
    hash.update(bytes);
    await file.write(bytes);
  }
  return hash.digest("hex") === expected ? "created" : "wrong-hash";
}
