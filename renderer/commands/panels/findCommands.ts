import type { CommandContext } from "../Command.ts";
import { commandIds, commands, type CommandId } from "../commands.ts";

/** Commands that make sense now and whose title has every word of the query; titles that begin with it first. */
export function findCommands(query: string, context: CommandContext): readonly CommandId[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const title = (id: CommandId): string => commands[id].title.toLowerCase();
  const found = commandIds.filter(
    (id) =>
      commands[id].section !== undefined &&
      words.every((word) => title(id).includes(word)) &&
      commands[id].when(context),
  );
  const start = (id: CommandId): number => (title(id).startsWith(words[0] ?? "") ? 0 : 1);
  return found.sort((a, b) => start(a) - start(b));
}
