import { documentState } from "#shared/notebook/schema.ts";
import { mayEdit, mayRun } from "#shared/rooms/access/role.ts";
import type { AppServices } from "../app/appServices.ts";
import type { NotebookServices } from "../notebook/services/notebookServices.ts";

/** Everything a command may act on. `notebook` is there while one is open. */
export interface CommandContext {
  readonly app: AppServices;
  readonly notebook: NotebookServices | undefined;
}

/** Something a user can do. Buttons, keys, menus and the palette all run the same commands. */
export interface Command {
  readonly title: string;
  /** Heading under which help lists it; commands without one stay out of help and palette. */
  readonly section: "Run" | "Edit" | "Select" | "Cells" | "Notebook" | undefined;
  readonly when: (context: CommandContext) => boolean;
  readonly run: (context: CommandContext) => void;
}

export type NotebookAction = (notebook: NotebookServices, app: AppServices) => void;

export type NotebookCondition = (notebook: NotebookServices, app: AppServices) => boolean;

/** A command that needs an open notebook. */
export function inNotebook(
  title: string,
  section: Command["section"],
  action: NotebookAction,
  when: NotebookCondition = () => true,
): Command {
  return {
    title,
    section,
    when: ({ notebook, app }) => notebook !== undefined && when(notebook, app),
    run: ({ notebook, app }) => {
      if (notebook !== undefined) action(notebook, app);
    },
  };
}

/** A command that changes the notebook: not for one that has not arrived, was written for newer code, or is others'. */
export function inEditable(
  title: string,
  section: Command["section"],
  action: NotebookAction,
  when: NotebookCondition = () => true,
): Command {
  return inNotebook(title, section, action, (notebook, app) => isEditable(notebook) && when(notebook, app));
}

/** A command that executes cells, which writes their outputs: also for those who may run cells and nothing else. */
export function inRunnable(
  title: string,
  section: Command["section"],
  action: NotebookAction,
  when: NotebookCondition = () => true,
): Command {
  return inNotebook(title, section, action, (notebook, app) => isRunnable(notebook) && when(notebook, app));
}

export function isEditable({ session }: NotebookServices): boolean {
  return documentState(session.doc) === "ready" && mayEdit(session.access.get().role);
}

export function isRunnable({ session }: NotebookServices): boolean {
  return documentState(session.doc) === "ready" && mayRun(session.access.get().role);
}
