import { randomBytes } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

/** What the class keeps is for the user who runs the host. */
export const OWNER_ONLY = 0o600;

/**
 * Writes a file so that at every instant, also after a power cut, the old content or the new one is there whole.
 * Resolves when it is on the disk; rejects with the system's error, and then nothing was changed or left behind.
 */
export async function writeAtomically(path: string, content: Uint8Array | string): Promise<void> {
  const folder = dirname(path);
  const temporary = join(folder, `.${randomBytes(9).toString("base64url")}.tmp`);
  try {
    const file = await open(temporary, "wx", OWNER_ONLY);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(folder);
}

/** Makes a rename itself last. Windows has no such call, and some file systems refuse it: the content is safe already. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const folder = await open(path, "r").catch(() => undefined);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}
