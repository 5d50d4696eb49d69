import { open } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { Command } from "commander";
import { BadInputError, messageOf } from "#shared/base/errors.ts";

interface RestoreOptions {
  readonly data: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** `meshbook restore FILE`: a class from its backup. Nothing is touched before all of it was checked. */
export function restoreCommand(): Command {
  const command = new Command("restore");
  return command
    .description("make a class of the file that `meshbook backup` wrote")
    .argument("<file>", "the backup")
    .option("--data <dir>", "folder of the class; must be empty or missing", join(homedir(), ".meshbook"))
    .option("--force", "move a folder that is not empty aside; nothing in it is deleted")
    .option("--json", 'print one line: {"data","records","files","movedTo"}')
    .addHelpText(
      "after",
      "\nEvery record is checked before the folder gets its name. Invitations stay good, and pages that were in the" +
        "\nclass bring back what they have that the backup has not. Stop the class host first.",
    )
    .action(async (file: string, options: RestoreOptions) => {
      try {
        await restore(file, options);
      } catch (error) {
        command.error(`meshbook restore: ${messageOf(error)}`, { exitCode: 1 });
      }
    });
}

async function restore(path: string, { data, force, json }: RestoreOptions): Promise<void> {
  // Loaded only here: the other commands start without a database.
  const { restoreBackup } = await import("../../broker/backup/restoreBackup.ts");
  const file = await open(path, "r").catch((error: unknown) => {
    throw new BadInputError("cannot be read: check its name and permissions", path, { cause: error });
  });
  try {
    const stamp = new Date().toISOString().slice(0, 19).replaceAll(":", "-");
    const root = resolve(data);
    const { records, files, movedTo } = await restoreBackup({ file, root, force: force === true, stamp });
    if (json === true) console.log(JSON.stringify({ data: root, records, files, movedTo }));
    else {
      console.log(`${root}: ${records} records and ${files} files restored`);
      if (movedTo !== undefined) console.log(`What was there is in ${movedTo}`);
    }
  } finally {
    await file.close();
  }
}
