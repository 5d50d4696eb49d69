import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { StorageError } from "#shared/base/errors.ts";
import { isRecord } from "#shared/base/parse.ts";
import { decodeRecord } from "../archive/record.ts";
import {
  BACKUP_FORMAT,
  CHECKSUM,
  LEFT_OUT,
  MANIFEST,
  type BackupManifest,
  type RecordSource,
} from "./backupContent.ts";
import { BLOCK, paddingOf, writeHeader } from "./tarFormat.ts";

/** Blocks of zeros that end a tar file. */
const END = Buffer.alloc(2 * BLOCK);

export interface BackupOptions {
  /** The data folder. */
  readonly root: string;
  /** Its databases by the name of their folder. A database in the folder that is not among them is an error. */
  readonly databases: ReadonlyMap<string, RecordSource>;
  /** Milliseconds since 1970, for the dates of the entries. */
  readonly now: number;
}

/**
 * The bytes of a backup. Documents are those of the instant at which the first bytes are asked for; files that come later
 * may be in it or not, which harms nothing: a blob is found by its hash or fetched again.
 * @throws StorageError when a database is in use and not given
 */
export async function* writeBackup({ root, databases, now }: BackupOptions): AsyncGenerator<Buffer> {
  await refuseUnknownDatabases(root, databases);
  const hash = createHash("sha256");
  const hashed = (part: Buffer): Buffer => {
    hash.update(part);
    return part;
  };
  for await (const [name, content] of entriesOf(root, databases)) {
    for (const part of entry(name, content, now)) yield hashed(part);
  }
  yield* entry(CHECKSUM, Buffer.from(`${hash.digest("hex")}\n`), now);
  yield END;
}

type Entry = readonly [name: string, content: Uint8Array];

async function* entriesOf(root: string, databases: ReadonlyMap<string, RecordSource>): AsyncGenerator<Entry> {
  const manifest: BackupManifest = { format: BACKUP_FORMAT, databases: [...databases.keys()] };
  // All at one instant, before anything is awaited: what one database says of another stays true.
  const opened = [...databases].map(([name, source]) => [name, source.records()] as const);
  yield [MANIFEST, Buffer.from(`${JSON.stringify(manifest)}\n`)];
  for (const [name, records] of opened) {
    for await (const [key, record] of records) {
      // A damaged record would make the whole backup unreadable; the host sets it aside when it meets it.
      if (decodeRecord(record) !== undefined) yield [`${name}/${key}`, record];
    }
  }
  yield* filesOf(root, "", new Set([...LEFT_OUT, ...databases.keys()]));
}

/** All files below a folder, but for hidden ones, which are drafts. */
async function* filesOf(root: string, path: string, leftOut: ReadonlySet<string>): AsyncGenerator<Entry> {
  for (const found of await readdir(join(root, path), { withFileTypes: true })) {
    if (found.name.startsWith(".") || leftOut.has(found.name)) continue;
    const name = path === "" ? found.name : `${path}/${found.name}`;
    if (found.isDirectory()) yield* filesOf(root, name, new Set());
    else if (found.isFile()) {
      const content = await readIfThere(join(root, name));
      if (content !== undefined) yield [name, content];
    }
  }
}

/** A running host may delete a blob that nothing refers to between its name and its content. */
async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (isRecord(error) && error["code"] === "ENOENT") return undefined;
    throw error;
  }
}

function* entry(name: string, content: Uint8Array, now: number): Generator<Buffer> {
  yield writeHeader({ name, size: content.length }, now);
  yield Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const padding = paddingOf(content.length);
  if (padding > 0) yield Buffer.alloc(padding);
}

/** Names of the folders in `root` that are LevelDB databases. */
export async function databasesIn(root: string): Promise<readonly string[]> {
  const folders = (await readdir(root, { withFileTypes: true })).filter((found) => found.isDirectory());
  return folders.map(({ name }) => name).filter((name) => existsSync(join(root, name, "CURRENT")));
}

/** Files of an open database, copied one after another, are no database: better no backup than one that seems whole. */
async function refuseUnknownDatabases(root: string, databases: ReadonlyMap<string, RecordSource>): Promise<void> {
  const unknown = (await databasesIn(root)).find((name) => !databases.has(name));
  if (unknown === undefined) return;
  throw new StorageError("storage-unavailable", `${join(root, unknown)} cannot be read while the host runs`);
}
