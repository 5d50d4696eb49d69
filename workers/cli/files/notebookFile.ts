// The files that commands read and write notebooks from.

import { randomBytes } from "node:crypto";
import { chmod, open, readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { buffer } from "node:stream/consumers";
import { BadInputError, messageOf } from "#shared/base/errors.ts";
import { formatBytes } from "#shared/base/units.ts";
import { FILE_LIMIT } from "#shared/formats/decodeFile.ts";
import { CONVERT_FORMATS, convertFormatOf, type ConvertFormat } from "./convertFormats.ts";

/** Standard input or output in place of a file. */
export const STANDARD = "-";

/** The format that a file's name tells. @throws BadInputError that says which option to give */
export function knownFormat(name: string, option: string): ConvertFormat {
  const format = convertFormatOf(name);
  if (format !== undefined) return format;
  const what = name === STANDARD ? "no file name tells the format" : "the name does not tell the format";
  throw new BadInputError(`${what}; say it by ${option} (${CONVERT_FORMATS.join(", ")})`, name);
}

/** How to call a file or a standard stream. */
export const nameOf = (path: string, standard: string): string => (path === STANDARD ? standard : path);

/** @throws BadInputError */
export async function readInput(path: string): Promise<Uint8Array> {
  if (path === STANDARD) return new Uint8Array(await buffer(process.stdin));
  try {
    const { size } = await stat(path);
    // Before it is in memory: nothing larger is ever read.
    if (size > FILE_LIMIT)
      throw new Error(`${formatBytes(size)} is more than can be read (${formatBytes(FILE_LIMIT)})`);
    return await readFile(path);
  } catch (error) {
    throw new BadInputError(reasonOf(error), path, { cause: error });
  }
}

/** Writes all or nothing: into a new file beside the old one, which then takes its name. @throws BadInputError */
export async function writeOutput(path: string, bytes: Uint8Array): Promise<void> {
  if (path === STANDARD) return writeStandard(bytes);
  try {
    const target = await realpath(path).catch(() => path);
    const old = await stat(target).catch(() => undefined);
    if (old?.isDirectory() === true) throw new Error("is a folder; name a file");
    // A pipe or a device cannot be replaced, only written to.
    if (old !== undefined && !old.isFile()) {
      await writeFile(target, bytes);
      return;
    }
    await replaceFile(target, bytes, old?.mode);
  } catch (error) {
    throw new BadInputError(reasonOf(error), path, { cause: error });
  }
}

async function replaceFile(target: string, bytes: Uint8Array, mode: number | undefined): Promise<void> {
  const fresh = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString("hex")}.tmp`);
  try {
    const file = await open(fresh, "wx");
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    if (mode !== undefined) await chmod(fresh, mode);
    await rename(fresh, target);
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
}

function writeStandard(bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(bytes, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

/** What the system says, in words that tell what to do. */
function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  switch (code) {
    case "ENOENT":
      return "no such file or folder";
    case "EISDIR":
      return "is a folder; name a file";
    case "EACCES":
    case "EPERM":
      return "permission denied; choose another place or change its permissions";
    case "ENOSPC":
      return "no space is left on the disk; free some and try again";
    default:
      return messageOf(error);
  }
}
