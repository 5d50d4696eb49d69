import { randomBytes } from "node:crypto";
import { chmod, open, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileError } from "./DesktopFileError.ts";

/**
 * Writes a file so that at every instant, also after a power cut, the old content or the new one is there whole.
 * Resolves when it is on the disk. A link keeps pointing where it did and its target is written; permissions are kept.
 * @throws DesktopFileError; then nothing was changed and nothing is left behind.
 */
export async function writeAtomically(path: string, content: Uint8Array): Promise<void> {
  try {
    const target = await realTarget(path);
    const temporary = join(dirname(target), `.${basename(target).slice(0, 100)}.${randomBytes(6).toString("hex")}.tmp`);
    try {
      await writeThrough(temporary, content);
      await keepMode(target, temporary);
      await rename(temporary, target);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    await syncFolder(dirname(target));
  } catch (error) {
    throw fileError(`“${basename(path)}” was not saved`, error);
  }
}

async function realTarget(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    // It does not exist yet.
    return path;
  }
}

/** `wx`: nobody else's file, or link, of that name is written. */
async function writeThrough(path: string, content: Uint8Array): Promise<void> {
  const file = await open(path, "wx");
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function keepMode(target: string, temporary: string): Promise<void> {
  const old = await stat(target).catch(() => undefined);
  if (old !== undefined) await chmod(temporary, old.mode);
}

/** Makes the rename itself last. Windows has no such call, and some file systems refuse it: the content is safe already. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const folder = await open(path, "r").catch(() => undefined);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}
