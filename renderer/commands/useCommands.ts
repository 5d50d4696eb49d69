import { useContext, useMemo } from "react";
import type { CellId } from "#shared/base/ids.ts";
import { useServices } from "../app/Services.tsx";
import { NotebookContext } from "../notebook/services/NotebookContext.tsx";
import { activate } from "../state/notebookUi.ts";
import type { CommandContext } from "./Command.ts";
import { runCommand, type CommandId } from "./commands.ts";

/** What commands run on from here: the application and, inside one, the open notebook. */
export function useCommandContext(): CommandContext {
  const app = useServices();
  const notebook = useContext(NotebookContext);
  return useMemo(() => ({ app, notebook }), [app, notebook]);
}

/** Runs a command by id. */
export function useCommand(): (id: CommandId) => void {
  const context = useCommandContext();
  return (id) => {
    runCommand(id, context);
  };
}

/** Runs a command on one cell: makes it the active one first. */
export function useCellCommand(cell: CellId): (id: CommandId) => void {
  const context = useCommandContext();
  return (id) => {
    if (context.notebook !== undefined) activate(context.notebook.ui, cell);
    runCommand(id, context);
  };
}
