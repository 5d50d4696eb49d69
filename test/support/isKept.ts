import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** Whether the words stand, in clear, in any file below a folder. */
export async function isKept(folder: string, words: string): Promise<boolean> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    // A draft may be gone by the time it is read.
    const content = entry.isFile() ? await readFile(join(entry.parentPath, entry.name)).catch(() => "") : "";
    if (content.includes(words)) return true;
  }
  return false;
}
