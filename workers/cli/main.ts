// Entry of the built `meshbook` command.

import { Command } from "commander";
import { agentCommand } from "./agent.ts";
import { backupCommand } from "./backup.ts";
import { convertCommand } from "./convert.ts";
import { doctorCommand } from "./doctor.ts";
import { version } from "./installation.ts";
import { restoreCommand } from "./restore.ts";
import { runCommand } from "./run.ts";
import { serveCommand } from "./serve.ts";

await new Command("meshbook")
  .description("A real-time collaborative, offline-first notebook.")
  .version(version)
  .addCommand(serveCommand())
  .addCommand(agentCommand())
  .addCommand(runCommand())
  .addCommand(convertCommand())
  .addCommand(backupCommand())
  .addCommand(restoreCommand())
  .addCommand(doctorCommand())
  .showHelpAfterError("(--help shows what can be given)")
  .parseAsync();
