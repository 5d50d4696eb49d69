import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ContentHash, type RoomId } from "#shared/base/ids.ts";
import { isRecord, readNumber } from "#shared/base/parse.ts";
import { ms, unixMs, type Bytes } from "#shared/base/units.ts";
import type { CollectableBlobs, HeldBlob, Unreferenced } from "#shared/ports/CollectableBlobs.ts";
import { writeAtomically } from "../files/writeAtomically.ts";
import type { BlobFiles } from "./BlobFiles.ts";

/**
 * The blob files of one room. A file's date says when it was last stored or asked for; notes are in one JSON file beside
 * the blobs' folder, not in it, because what lies there has the hash of its content for a name.
 */
export class CollectableFiles implements CollectableBlobs {
  readonly #files: BlobFiles;
  readonly #room: RoomId;
  readonly #path: string;

  /** `notes`: the folder for notes of all rooms, which must be there. */
  constructor(files: BlobFiles, room: RoomId, notes: string) {
    this.#files = files;
    this.#room = room;
    this.#path = join(notes, `${room}.json`);
  }

  async list(): Promise<readonly HeldBlob[]> {
    const [held, notes] = [await this.#files.list(this.#room), await this.#read()];
    return held.map(({ hash, used }) => ({ hash, used, unreferenced: notes.get(hash) }));
  }

  async note(changes: ReadonlyMap<ContentHash, Unreferenced | undefined>): Promise<void> {
    const held = new Set((await this.#files.list(this.#room)).map(({ hash }) => hash));
    const notes = new Map([...(await this.#read()), ...changes]);
    const kept = [...notes].filter(([hash, note]) => note !== undefined && held.has(hash));
    await writeAtomically(this.#path, JSON.stringify(Object.fromEntries(kept)));
  }

  remove({ hash, used }: HeldBlob): Promise<Bytes | undefined> {
    return this.#files.remove(this.#room, hash, used);
  }

  /** Nothing where there is no file, or none that can be read: then every blob's time begins anew. */
  async #read(): Promise<Map<ContentHash, Unreferenced | undefined>> {
    try {
      const value: unknown = JSON.parse(await readFile(this.#path, "utf8"));
      return new Map(isRecord(value) ? Object.entries(value).flatMap(readNote) : []);
    } catch {
      return new Map();
    }
  }
}

function readNote([key, value]: [string, unknown]): readonly [ContentHash, Unreferenced][] {
  const hash = ContentHash.parse(key);
  if (hash === undefined || !isRecord(value)) return [];
  const seen = readNumber(value["seen"], 0, Number.MAX_SAFE_INTEGER);
  const waited = readNumber(value["waited"], 0, Number.MAX_SAFE_INTEGER);
  return seen === undefined || waited === undefined ? [] : [[hash, { seen: unixMs(seen), waited: ms(waited) }]];
}
