import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { OWNER_ONLY, syncFolder } from "../files/writeAtomically.ts";
import type { BackupCounts } from "./backupContent.ts";
import { readBackup } from "./readBackup.ts";

/**
 * Writes the bytes of a backup into a file, reads it back and checks all of it; only then does it take its name.
 * @throws BadInputError when what was read back is no whole backup
 */
export async function writeBackupFile(
  path: string,
  content: AsyncIterable<Uint8Array>,
): Promise<BackupCounts & { readonly bytes: number }> {
  const draft = `${path}.${process.pid}.part`;
  const file = await open(draft, "w+", OWNER_ONLY);
  try {
    let bytes = 0;
    for await (const part of content) {
      await file.write(part);
      bytes += part.length;
    }
    await file.sync();
    const counts = await checkBackup(draft);
    await rename(draft, path);
    await syncFolder(dirname(path));
    return { ...counts, bytes };
  } finally {
    await file.close();
    await rm(draft, { force: true });
  }
}

/** Reads a backup to its end. @throws BadInputError when it is damaged */
export async function checkBackup(path: string): Promise<BackupCounts> {
  const file = await open(path, "r");
  try {
    const counts = { records: 0, files: 0 };
    for await (const entry of readBackup(file)) counts[entry.type === "record" ? "records" : "files"] += 1;
    return counts;
  } finally {
    await file.close();
  }
}
