import { open, stat } from "node:fs/promises";
import { basename } from "node:path";
import { formatBytes } from "#shared/base/units.ts";
import type { DesktopFile } from "#shared/contracts/page/desktopApi.ts";
import { FILE_LIMIT } from "#shared/ports/Host.ts";
import { DesktopFileError, fileError } from "./DesktopFileError.ts";

/**
 * Reads a file the user chose.
 * @throws DesktopFileError above `limit` bytes, for anything that is not a file, and where the system refuses.
 */
export async function readPickedFile(path: string, limit: number = FILE_LIMIT): Promise<DesktopFile> {
  const name = basename(path);
  try {
    // Asked before opening: opening a pipe waits until somebody writes into it.
    const found = await stat(path);
    if (!found.isFile()) throw new DesktopFileError("file-failed", `“${name}” was not opened: it is not a file.`);
    if (found.size > limit) throw tooLarge(name, limit);
    const content = await readAtMost(path, limit);
    if (content === undefined) throw tooLarge(name, limit);
    return { name, content };
  } catch (error) {
    throw fileError(`“${name}” was not opened`, error);
  }
}

/** Undefined above `limit` bytes: the size told before may be wrong (files of /proc say 0), or the file grows. */
async function readAtMost(path: string, limit: number): Promise<Uint8Array | undefined> {
  const file = await open(path, "r");
  try {
    const chunks: Uint8Array[] = [];
    let total = 0;
    for await (const chunk of file.createReadStream({ autoClose: false })) {
      // reason: a stream without an encoding gives buffers.
      const bytes = chunk as Uint8Array;
      total += bytes.byteLength;
      if (total > limit) return undefined;
      chunks.push(bytes);
    }
    return joined(chunks, total);
  } finally {
    await file.close();
  }
}

/** A plain array of its own: a `Buffer` may share its memory with others and reaches the page as something else. */
function joined(chunks: readonly Uint8Array[], total: number): Uint8Array {
  const all = new Uint8Array(total);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.byteLength;
  }
  return all;
}

function tooLarge(name: string, limit: number): DesktopFileError {
  return new DesktopFileError("too-large", `“${name}” is too large: at most ${formatBytes(limit)} can be opened.`);
}
