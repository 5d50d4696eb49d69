import { randomBytes } from "node:crypto";
import { constants, existsSync } from "node:fs";
import { access, rm, stat, statfs, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { StorageError } from "#shared/base/errors.ts";
import { isRecord } from "#shared/base/parse.ts";
import type { ArchiveFacts, FolderFacts } from "#shared/doctor/judgeStorage.ts";

export async function probeFolder(path: string): Promise<FolderFacts> {
  try {
    if (!(await stat(path)).isDirectory()) return { state: "not-a-folder" };
    // Permissions do not tell everything (read-only mounts, quotas): only writing does.
    const probe = join(path, `.probe-${randomBytes(6).toString("hex")}`);
    await writeFile(probe, "x");
    await rm(probe);
    return { state: "writable" };
  } catch (error) {
    const code = isRecord(error) ? error["code"] : undefined;
    if (code === "ENOENT") return { state: "missing", creatable: await canCreate(dirname(path)) };
    if (code === "ENOTDIR") return { state: "not-a-folder" };
    return { state: code === "ENOSPC" || code === "EDQUOT" ? "full" : "read-only" };
  }
}

async function canCreate(parent: string): Promise<boolean> {
  if (!existsSync(parent)) return parent !== dirname(parent) && canCreate(dirname(parent));
  try {
    await access(parent, constants.W_OK);
    return (await stat(parent)).isDirectory();
  } catch {
    return false;
  }
}

/** Bytes free where the folder is, or will be. */
export async function probeFreeSpace(path: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  } catch {
    return path === dirname(path) ? undefined : probeFreeSpace(dirname(path));
  }
}

/** Opens the archive and closes it again, if nobody else has it open. */
export async function probeArchive(root: string, folder: FolderFacts): Promise<ArchiveFacts> {
  const archive = join(root, "archive");
  if (!existsSync(join(archive, "CURRENT"))) return "missing";
  if (folder.state !== "writable") return "not-tried";
  try {
    const { openLevel } = await import("../../../broker/archive/openLevel.ts");
    await (await openLevel(archive, silentLogger)).close();
    return "opens";
  } catch (error) {
    return error instanceof StorageError && error.code === "storage-closed" ? "in-use" : "damaged";
  }
}
