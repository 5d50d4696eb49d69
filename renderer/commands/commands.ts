import { appCommands } from "./appCommands.ts";
import { cellCommands } from "./cellCommands.ts";
import type { Command, CommandContext } from "./Command.ts";
import { runCommands } from "./runCommands.ts";
import { selectCommands } from "./selectCommands.ts";

const all = { ...runCommands, ...selectCommands, ...cellCommands, ...appCommands };

export type CommandId = keyof typeof all;

/** Everything a user can do. */
export const commands: Readonly<Record<CommandId, Command>> = all;

// reason: Object.keys forgets the keys' own type; `all` is ours and closed.
export const commandIds = Object.keys(all) as readonly CommandId[];

/** Runs a command if it makes sense now; says whether it did. */
export function runCommand(id: CommandId, context: CommandContext): boolean {
  const command = commands[id];
  if (!command.when(context)) return false;
  command.run(context);
  return true;
}
