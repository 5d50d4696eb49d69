import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { BadInputError } from "#shared/base/errors.ts";
import { ContentHash } from "#shared/base/ids.ts";
import { isRecord } from "#shared/base/parse.ts";
import { decodeRecord } from "../archive/record.ts";
import { BACKUP_FORMAT, CHECKSUM, ENTRY_LIMIT, MANIFEST, type BackupManifest } from "./backupContent.ts";
import { BLOCK, paddingOf, readHeader } from "./tarFormat.ts";

export type BackupEntry =
  | { readonly type: "record"; readonly database: string; readonly key: string; readonly record: Buffer }
  | { readonly type: "file"; readonly name: string; readonly content: Buffer };

/** A path of plain names: nothing hidden, nothing that leads out of the folder, nothing that Windows reads differently. */
const SAFE_NAME = /^[A-Za-z0-9_-][A-Za-z0-9_.-]*(?:\/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*$/;
const DATABASE_NAME = /^[a-z][a-z-]{0,30}$/;
const BLOB_NAME = /^blobs\/[A-Za-z0-9_-]{22}\/([0-9a-f]{64})$/;

/**
 * Everything in a backup, each entry checked before it is given. Whoever reads may believe the whole only when the last
 * entry came: the checksum of the file stands at its end.
 * @throws BadInputError when anything is not as it was written
 */
export async function* readBackup(file: FileHandle): AsyncGenerator<BackupEntry> {
  const hash = createHash("sha256");
  const first = await nextEntry(file);
  const manifest = first?.name === MANIFEST ? parseManifest(first.content) : undefined;
  if (first === undefined || manifest === undefined) throw new BadInputError("this is no backup of a class");
  hash.update(first.bytes);
  for (let next = await nextEntry(file); next !== undefined; next = await nextEntry(file)) {
    if (next.name === CHECKSUM) {
      if (next.content.toString("utf8").trim() !== hash.digest("hex")) throw damaged("its checksum is wrong");
      return;
    }
    hash.update(next.bytes);
    yield checked(next.name, next.content, manifest);
  }
  throw damaged("its end is missing");
}

const damaged = (what: string): BadInputError => new BadInputError(`the backup is damaged: ${what}`);

interface RawEntry {
  readonly name: string;
  readonly content: Buffer;
  /** As it stands in the file: header, content, padding. */
  readonly bytes: Buffer;
}

async function nextEntry(file: FileHandle): Promise<RawEntry | undefined> {
  const block = await readExactly(file, BLOCK);
  const header = readHeader(block);
  if (header === undefined) return undefined;
  const { name, size } = header;
  if (size > ENTRY_LIMIT) throw damaged(`${name} is larger than anything a class holds`);
  const body = await readExactly(file, size + paddingOf(size));
  return { name, content: body.subarray(0, size), bytes: Buffer.concat([block, body]) };
}

async function readExactly(file: FileHandle, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled);
    if (bytesRead === 0) throw damaged("it is cut off");
    filled += bytesRead;
  }
  return buffer;
}

function parseManifest(content: Buffer): BackupManifest | undefined {
  try {
    const value: unknown = JSON.parse(content.toString("utf8"));
    if (!isRecord(value) || !Array.isArray(value["databases"])) return undefined;
    if (value["format"] !== BACKUP_FORMAT)
      throw new BadInputError("this backup was made by a newer Meshbook: use that");
    const databases = value["databases"].filter(
      (name): name is string => typeof name === "string" && DATABASE_NAME.test(name),
    );
    return { format: BACKUP_FORMAT, databases };
  } catch (error) {
    if (error instanceof BadInputError) throw error;
    return undefined;
  }
}

function checked(name: string, content: Buffer, { databases }: BackupManifest): BackupEntry {
  if (!SAFE_NAME.test(name) || name === MANIFEST) throw damaged("it holds a name that no class has");
  const database = databases.find((one) => name.startsWith(`${one}/`));
  if (database !== undefined) {
    if (decodeRecord(content) === undefined) throw damaged(`the record ${name} is not as it was written`);
    return { type: "record", database, key: name.slice(database.length + 1), record: content };
  }
  const blob = ContentHash.parse(BLOB_NAME.exec(name)?.[1]);
  if (name.startsWith("blobs/") && blob !== createHash("sha256").update(content).digest("hex")) {
    throw damaged(`${name} is not what its name says`);
  }
  return { type: "file", name, content };
}
