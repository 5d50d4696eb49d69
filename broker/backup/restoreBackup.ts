import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, open, readdir, rename, rm, type FileHandle } from "node:fs/promises";
import { dirname, join } from "node:path";
import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { BadInputError, StorageError } from "#shared/base/errors.ts";
import { openLevel, type Level } from "../archive/openLevel.ts";
import { OWNER_ONLY, syncFolder } from "../files/writeAtomically.ts";
import { HOST_FILES, type BackupCounts } from "./backupContent.ts";
import { readBackup, type BackupEntry } from "./readBackup.ts";

export interface RestoreOptions {
  readonly file: FileHandle;
  /** The data folder to make. */
  readonly root: string;
  /** Moves a folder that is not empty aside instead of refusing it. */
  readonly force: boolean;
  /** For the name of what is moved aside: `2026-11-25T19-00-00`. */
  readonly stamp: string;
}

export interface Restored extends BackupCounts {
  /** Where the folder that was there is now. */
  readonly movedTo: string | undefined;
}

/**
 * Makes a data folder of a backup. Everything is written and checked in a new folder first, which then takes the name:
 * whatever goes wrong before that leaves the old one as it was.
 * @throws BadInputError when the backup is damaged or the folder may not be replaced
 */
export async function restoreBackup({ file, root, force, stamp }: RestoreOptions): Promise<Restored> {
  const isFree = await isEmpty(root);
  if (!isFree && !force) {
    throw new BadInputError(`${root} is not empty: name another folder, or say --force to move it aside`);
  }
  if (!isFree) await refuseWhileRunning(root);
  await mkdir(dirname(root), { recursive: true });
  const fresh = `${root}.restoring-${randomBytes(6).toString("hex")}`;
  await mkdir(fresh, { mode: 0o700 });
  try {
    const counts = await unpack(file, fresh);
    const movedTo = isFree ? undefined : `${root}.before-restore-${stamp}`;
    if (movedTo === undefined) await rm(root, { recursive: true, force: true });
    else await rename(root, movedTo);
    await rename(fresh, root);
    await syncFolder(dirname(root));
    return { ...counts, movedTo };
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    throw error;
  }
}

async function isEmpty(folder: string): Promise<boolean> {
  try {
    return (await readdir(folder)).length === 0;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return true;
    throw error;
  }
}

async function refuseWhileRunning(root: string): Promise<void> {
  const archive = join(root, "archive");
  if (!existsSync(archive)) return;
  try {
    await (await openLevel(archive, silentLogger)).close();
  } catch (error) {
    // A damaged archive is a good reason to restore.
    if (!(error instanceof StorageError) || error.code !== "storage-closed") return;
    throw new BadInputError(`${root} is in use: stop the class host that runs with it first`, undefined, {
      cause: error,
    });
  }
}

async function unpack(file: FileHandle, folder: string): Promise<BackupCounts> {
  const levels = new Map<string, Level>();
  const counts = { records: 0, files: 0 };
  try {
    for await (const entry of readBackup(file)) {
      if (entry.type === "file") {
        await writeThrough(join(folder, entry.name), entry.content);
        counts.files += 1;
      } else {
        await putRecord(levels, folder, entry);
        counts.records += 1;
      }
    }
    // One flush for all: nothing counts as restored before.
    for (const level of levels.values()) await level.batch([], { sync: true });
  } finally {
    for (const level of levels.values()) await level.close();
  }
  if (!HOST_FILES.some((name) => existsSync(join(folder, name)))) throw new BadInputError("the backup holds no class");
  return counts;
}

type RecordEntry = Extract<BackupEntry, { readonly type: "record" }>;

async function putRecord(levels: Map<string, Level>, folder: string, entry: RecordEntry): Promise<void> {
  let level = levels.get(entry.database);
  if (level === undefined) {
    level = await openLevel(join(folder, entry.database), silentLogger);
    levels.set(entry.database, level);
  }
  await level.put(entry.key, entry.record, { sync: false });
}

async function writeThrough(path: string, content: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const file = await open(path, "wx", OWNER_ONLY);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}
