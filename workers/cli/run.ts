import { Command, InvalidArgumentError, Option } from "commander";
import { messageOf } from "#shared/base/errors.ts";
import { seconds, type Milliseconds } from "#shared/base/units.ts";
import { CONVERT_FORMATS } from "./files/convertFormats.ts";
import { addParameter, type Parameters } from "./run/parameters.ts";
import { LONGEST_TIMEOUT, type RunOptions } from "./run/runOptions.ts";

/**
 * `meshbook run FILE`: executes a notebook without a page, each cell after what it needs, in the same locked processes as
 * an agent's. Exit code 0 only if every cell ran; at the first error nothing more is begun, and what ran is still written.
 */
export function runCommand(): Command {
  const command = new Command("run");
  return command
    .description("execute a notebook and write its outputs: .meshbook, .ipynb, .md, .py and .js")
    .argument("<file>", "the notebook; - for standard input (needs --from)")
    .option("--out <file>", "where the notebook is written with its outputs; without it they are printed")
    .addOption(new Option("--from <format>", "format of FILE, if its name does not tell").choices(CONVERT_FORMATS))
    .addOption(new Option("--to <format>", "format of --out, if its name does not tell").choices(CONVERT_FORMATS))
    .option("--timeout <seconds>", "end a cell that runs longer", readSeconds)
    .option("--param <name=value>", "define a variable, JSON or text; may be said again", readParameter)
    .option("--wheels <dir>", "folder of packages of Python (.whl files) that its cells may import")
    .option(
      "--allow-origin <origin>",
      "let its cells import packages from this https:// origin; may be said again",
      addText,
    )
    .option("--json", "print one line of JSON: in, out, cells, ran, seconds, failed")
    .action(async (file: string, options: RunOptions) => {
      try {
        const { runNotebook } = await import("./run/runNotebook.ts");
        process.exitCode = await runNotebook(file, options);
      } catch (error) {
        command.error(`meshbook run: ${messageOf(error)}`, { exitCode: 1 });
      }
    });
}

function readSeconds(text: string): Milliseconds {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0 && seconds(value) <= LONGEST_TIMEOUT) return seconds(value);
  throw new InvalidArgumentError("say a number of seconds above 0.");
}

const addText = (text: string, before: readonly string[] | undefined): readonly string[] => [...(before ?? []), text];

function readParameter(text: string, before: Parameters | undefined): Parameters {
  try {
    return addParameter(text, before ?? new Map());
  } catch (error) {
    throw new InvalidArgumentError(messageOf(error));
  }
}
