import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Command } from "commander";
import { dist } from "./installation.ts";

/** `meshbook agent …`: the agent's own program reads the arguments, `--help` included. */
export function agentCommand(): Command {
  return new Command("agent")
    .description("take cells of a class and execute them on this computer")
    .helpOption(false)
    .allowUnknownOption()
    .argument("[options...]")
    .action(async () => {
      process.argv.splice(2, 1);
      await import(pathToFileURL(join(dist, "node/agent.mjs")).href);
    });
}
