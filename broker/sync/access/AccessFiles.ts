// What was said about who may do what in each room, one file per room. Small, rarely written, and readable by whoever
// looks after the host; a room without a file is open.

import { mkdir, open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { fromBase64url, toBase64url } from "#shared/base/base64url.ts";
import { StorageError } from "#shared/base/errors.ts";
import type { RoomId } from "#shared/base/ids.ts";
import { isRecord, readArray, readString } from "#shared/base/parse.ts";
import { STATEMENT_LIMIT, STATEMENTS_LIMIT } from "#shared/rooms/access/statement.ts";
import { MOVE_NOTE_LIMIT, MOVE_NOTES_LIMIT } from "#shared/rooms/moving/moveLimits.ts";
import { FOUNDING_BYTES } from "#shared/rooms/founding.ts";
import { writeAtomically } from "../../files/writeAtomically.ts";

export interface StoredAccess {
  readonly founding: Uint8Array;
  readonly statements: readonly Uint8Array[];
}

/** Cards of devices, and notes for them (RoomMoves). */
export interface StoredMoves {
  readonly cards: readonly Uint8Array[];
  readonly notes: readonly Uint8Array[];
}

export class AccessFiles {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open(folder: string): Promise<AccessFiles> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return new AccessFiles(folder);
  }

  /**
   * Undefined for a room nobody has said anything about.
   * @throws StorageError when the file cannot be read: taking the room for open would let everybody in
   */
  async read(room: RoomId): Promise<StoredAccess | undefined> {
    const path = this.#path(room);
    let text: string;
    try {
      text = await readFile(path, "utf8");
    } catch (error) {
      if (isRecord(error) && error["code"] === "ENOENT") return undefined;
      throw new StorageError("storage-unavailable", `${path} cannot be read: check its permissions`, { cause: error });
    }
    const stored = parse(text);
    if (stored === undefined) {
      throw new StorageError("storage-corrupt", `${path} is damaged: restore it, or delete it to open the room to all`);
    }
    return stored;
  }

  /** Resolves when it is on the disk. Whole or not at all. @throws whatever the disk says */
  async write(room: RoomId, { founding, statements }: StoredAccess): Promise<void> {
    const path = this.#path(room);
    const content = { founding: toBase64url(founding), statements: statements.map(toBase64url) };
    const temporary = `${path}.new`;
    const file = await open(temporary, "w", 0o600);
    try {
      await file.writeFile(`${JSON.stringify(content, undefined, 1)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  }

  /** Empty where there is nothing that can be read: unlike the rules, it keeps nobody out. */
  async readMoves(room: RoomId): Promise<StoredMoves> {
    const text = await readFile(this.#movesPath(room), "utf8").catch(() => "{}");
    try {
      const value: unknown = JSON.parse(text);
      return isRecord(value) ? { cards: readList(value["cards"]), notes: readList(value["notes"]) } : NO_MOVES;
    } catch {
      return NO_MOVES;
    }
  }

  /** Resolves when it is on the disk. @throws whatever the disk says */
  writeMoves(room: RoomId, { cards, notes }: StoredMoves): Promise<void> {
    const content = { cards: cards.map(toBase64url), notes: notes.map(toBase64url) };
    return writeAtomically(this.#movesPath(room), `${JSON.stringify(content, undefined, 1)}\n`);
  }

  #movesPath(room: RoomId): string {
    return join(this.#folder, `${room}.devices.json`);
  }

  #path(room: RoomId): string {
    return join(this.#folder, `${room}.json`);
  }
}

function parse(text: string): StoredAccess | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (!isRecord(value)) return undefined;
    const founding = readBase64(value["founding"], FOUNDING_BYTES);
    const statements = readArray(value["statements"], STATEMENTS_LIMIT, (item) => readBase64(item, STATEMENT_LIMIT));
    return founding?.length !== FOUNDING_BYTES || statements === undefined ? undefined : { founding, statements };
  } catch {
    return undefined;
  }
}

const NO_MOVES: StoredMoves = { cards: [], notes: [] };

const readList = (value: unknown): readonly Uint8Array[] =>
  readArray(value, MOVE_NOTES_LIMIT, (item) => readBase64(item, MOVE_NOTE_LIMIT)) ?? [];

const readBase64 = (value: unknown, limit: number): Uint8Array | undefined =>
  fromBase64url(readString(value, limit * 2) ?? "!");
