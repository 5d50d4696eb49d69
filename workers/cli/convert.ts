import { randomBytes } from "node:crypto";
import { chmod, open, readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { buffer } from "node:stream/consumers";
import { Command, Option } from "commander";
import { BadInputError, messageOf } from "#shared/base/errors.ts";
import { formatBytes } from "#shared/base/units.ts";
import { FILE_LIMIT } from "#shared/formats/decodeFile.ts";
import { CONVERT_FORMATS, convertFormatOf, readAny, writeAny, type ConvertFormat } from "./convertFormats.ts";

/** Standard input or output in place of a file. */
const STANDARD = "-";

interface ConvertOptions {
  readonly from?: ConvertFormat;
  readonly to?: ConvertFormat;
  readonly json?: boolean;
  readonly force?: boolean;
}

/** What `--json` prints, on one line. */
interface ConvertReport {
  readonly in: string;
  readonly out: string;
  readonly cells: number;
  readonly warnings: readonly string[];
}

/**
 * `meshbook convert IN OUT`: a notebook from one format to another. Exit code 0 only if OUT holds the whole notebook;
 * else one line on standard error, and OUT is as it was.
 */
export function convertCommand(): Command {
  const command = new Command("convert");
  return command
    .description("convert a notebook: .meshbook, .ipynb, .md, .py and .js (percent format)")
    .argument("<in>", "the file to read; - for standard input (needs --from)")
    .argument("<out>", "the file to write; - for standard output (needs --to)")
    .addOption(new Option("--from <format>", "format of IN, if its name does not tell").choices(CONVERT_FORMATS))
    .addOption(new Option("--to <format>", "format of OUT, if its name does not tell").choices(CONVERT_FORMATS))
    .option("--json", "print one line of JSON: in, out, cells, warnings")
    .option("--force", "allow OUT to be IN")
    .action(async (input: string, output: string, options: ConvertOptions) => {
      try {
        report(await convert(input, output, options), options);
      } catch (error) {
        command.error(`meshbook convert: ${messageOf(error)}`, { exitCode: 1 });
      }
    });
}

async function convert(input: string, output: string, options: ConvertOptions): Promise<ConvertReport> {
  const from = options.from ?? knownFormat(input, "--from");
  const to = options.to ?? knownFormat(output, "--to");
  if (options.force !== true && (await isSameFile(input, output))) {
    throw new BadInputError("OUT is IN; name another file, or say --force to replace it", output);
  }
  const read = await readAny(input === STANDARD ? "" : input, await readInput(input), from);
  if (!read.ok) throw new BadInputError(read.error.message, nameOf(input, "standard input"), { cause: read.error });
  const written = await writeAny(read.value, to);
  await writeOutput(output, written.bytes);
  const warnings = [...read.value.warnings, ...written.warnings];
  return { in: input, out: output, cells: read.value.cells, warnings };
}

/** The report goes to standard error when standard output carries the notebook. */
function report(done: ConvertReport, { json }: ConvertOptions): void {
  const say = done.out === STANDARD ? console.error : console.log;
  if (json === true) {
    say(JSON.stringify(done));
    return;
  }
  for (const warning of done.warnings) console.error(`warning: ${warning}`);
  if (done.out !== STANDARD) say(`${done.out}: ${done.cells} ${done.cells === 1 ? "cell" : "cells"}`);
}

function knownFormat(name: string, option: string): ConvertFormat {
  const format = convertFormatOf(name);
  if (format !== undefined) return format;
  const what = name === STANDARD ? "no file name tells the format" : "the name does not tell the format";
  throw new BadInputError(`${what}; say it by ${option} (${CONVERT_FORMATS.join(", ")})`, name);
}

const nameOf = (path: string, standard: string): string => (path === STANDARD ? standard : path);

async function readInput(path: string): Promise<Uint8Array> {
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

async function isSameFile(input: string, output: string): Promise<boolean> {
  if (input === STANDARD || output === STANDARD) return false;
  const [one, other] = await Promise.all([input, output].map((path) => realpath(path).catch(() => undefined)));
  return one !== undefined && one === other;
}

/** Writes all or nothing: into a new file beside the old one, which then takes its name. */
async function writeOutput(path: string, bytes: Uint8Array): Promise<void> {
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
