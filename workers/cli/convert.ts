import { realpath } from "node:fs/promises";
import { Command, Option } from "commander";
import { BadInputError, messageOf } from "#shared/base/errors.ts";
import { CONVERT_FORMATS, readAny, writeAny, type ConvertFormat } from "./files/convertFormats.ts";
import { knownFormat, nameOf, readInput, STANDARD, writeOutput } from "./files/notebookFile.ts";

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

async function isSameFile(input: string, output: string): Promise<boolean> {
  if (input === STANDARD || output === STANDARD) return false;
  const [one, other] = await Promise.all([input, output].map((path) => realpath(path).catch(() => undefined)));
  return one !== undefined && one === other;
}
