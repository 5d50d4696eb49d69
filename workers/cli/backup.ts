import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { Command } from "commander";
import { messageOf } from "#shared/base/errors.ts";
import { formatBytes } from "#shared/base/units.ts";

interface BackupOptions {
  readonly data: string;
  readonly out: string;
  readonly json?: boolean;
}

/** `meshbook backup`: the whole class in one file, whether its host runs or not. */
export function backupCommand(): Command {
  const command = new Command("backup");
  return command
    .description("put a whole class into one file, also while its host runs; `meshbook restore` makes it a class again")
    .requiredOption("--out <file>", "the file to write; replaced if it is there")
    .option("--data <dir>", "folder of the class", join(homedir(), ".meshbook"))
    .option("--json", 'print one line: {"out","bytes","records","files","whileRunning"}')
    .addHelpText(
      "after",
      "\nThe file holds documents, outputs and files, and the secret of the class: whoever has it is in the class." +
        "\nIt is a tar file that only you may read, and it is read back and checked before it gets its name." +
        "\nThe key of this computer's own agent is not in it.",
    )
    .action(async (options: BackupOptions) => {
      try {
        await backup(options);
      } catch (error) {
        command.error(`meshbook backup: ${messageOf(error)}`, { exitCode: 1 });
      }
    });
}

async function backup({ data, out, json }: BackupOptions): Promise<void> {
  // Loaded only here: the other commands start without a database.
  const { makeBackup } = await import("../../broker/backup/makeBackup.ts");
  const made = await makeBackup(resolve(data), resolve(out));
  if (json === true) console.log(JSON.stringify({ out, ...made }));
  else {
    console.log(`${out}: ${made.records} records and ${made.files} files, ${formatBytes(made.bytes)}, read back`);
    console.log("It holds the secret of the class: keep it where only you can read it.");
  }
}
