import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** Files opened at once by one start: a whole selection in a file manager, not a folder's worth. */
const OPEN_LIMIT = 16;
const NOTEBOOK = /\.(?:ipynb|meshbook)$/i;

/**
 * The notebooks that a command line asks to open, as absolute paths. Chromium adds switches of its own and may reorder
 * the line, so a notebook is told by its extension alone; Linux desktops give `file:` addresses.
 */
export function notebooksToOpen(argv: readonly string[], folder: string): readonly string[] {
  const paths = argv
    .filter((argument) => !argument.startsWith("-"))
    .map((argument) => toPath(argument, folder))
    .filter((path) => path !== undefined);
  return [...new Set(paths)].slice(0, OPEN_LIMIT);
}

function toPath(argument: string, folder: string): string | undefined {
  if (argument.includes("\0")) return undefined;
  if (!/^file:/i.test(argument)) return NOTEBOOK.test(argument) ? resolve(folder, argument) : undefined;
  try {
    const url = new URL(argument);
    // With a host it is a file of another computer, which Windows would ask for with the user's password.
    if (url.host !== "") return undefined;
    const path = fileURLToPath(url);
    return NOTEBOOK.test(path) && !path.includes("\0") ? path : undefined;
  } catch {
    // An encoded separator, or no drive on Windows: not a file here.
    return undefined;
  }
}
