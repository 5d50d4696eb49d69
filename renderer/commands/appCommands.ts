import { messageOf } from "#shared/base/errors.ts";
import type { RoomId } from "#shared/base/ids.ts";
import { MESHBOOK_MIME } from "#shared/exchange/fileParts.ts";
import type { ExportFormat } from "#shared/session/Meshbook.ts";
import type { AppServices } from "../app/appServices.ts";
import { navigate } from "../app/routes.ts";
import { statusWords } from "../notebook/header/statusWords.ts";
import type { NotebookServices } from "../notebook/services/notebookServices.ts";
import { choosePackages } from "../packages/wheelFiles.ts";
import { takeUpdate } from "../pwa/takeUpdate.ts";
import { openPanel, type Panel } from "../state/panels.ts";
import { chooseTheme, THEMES, type ThemeChoice } from "../state/theme.ts";
import { showToast } from "../state/toasts.ts";
import { inEditable, inNotebook, type Command } from "./Command.ts";

const MIME: Readonly<Record<ExportFormat, string>> = {
  ipynb: "application/x-ipynb+json",
  md: "text/markdown",
  py: "text/x-python",
  js: "text/javascript",
};

/** Writes a notebook to a file of the user's choice. */
export async function exportTo({ meshbook, toasts }: AppServices, room: RoomId, format: ExportFormat): Promise<void> {
  try {
    const file = await meshbook.exportNotebook(room, format);
    const saved = await meshbook.host.saveFile(file.name, file.content, MIME[format]);
    if (saved) showToast(toasts, `Exported ${file.name}`);
  } catch (error) {
    showToast(toasts, `The notebook could not be exported: ${messageOf(error)}`, { tone: "bad" });
  }
}

/** Writes a notebook to a file that merges back, and says what of it is not in there. */
export async function exportMeshbookFile(
  { meshbook, toasts }: AppServices,
  room: RoomId,
  withKey: boolean,
): Promise<void> {
  try {
    const file = await meshbook.exportMeshbookFile(room, withKey);
    if (!(await meshbook.host.saveFile(file.name, file.content, MESHBOOK_MIME))) return;
    showToast(toasts, `Exported ${file.name}.${leftOutInWords(file.leftOut)}`);
  } catch (error) {
    showToast(toasts, `The notebook could not be exported: ${messageOf(error)}`, { tone: "bad" });
  }
}

function leftOutInWords(count: number): string {
  if (count === 0) return "";
  const what = count === 1 ? "One large output or file is" : `${count} large outputs or files are`;
  return ` ${what} not in it.`;
}

const open = (title: string, panel: Panel): Command => ({
  title,
  section: "Notebook",
  when: () => true,
  run: ({ app }) => openPanel(app.panels, panel),
});

const theme = (title: string, choice: ThemeChoice): Command => ({
  title,
  section: "Notebook",
  when: ({ app }) => app.theme.getState().choice !== choice,
  run: ({ app }) => chooseTheme(app.meshbook.settings, app.theme, choice),
});

const exportAs = (title: string, format: ExportFormat): Command =>
  inNotebook(title, "Notebook", ({ session }, app) => void exportTo(app, session.room, format));

/** Everything is saved as it is typed; whoever presses Ctrl-S out of habit is told where that is. */
function tellSaved({ session }: NotebookServices, { toasts }: AppServices): void {
  const words = statusWords(session.sync.get(), { saved: true, held: true });
  showToast(toasts, words.map((word) => word.text).join(" · "));
}

export const appCommands = {
  "app.palette": { ...open("Show all commands", "palette"), section: undefined },
  "app.shortcuts": open("Keyboard shortcuts", "shortcuts"),
  "app.name": open("Change your name", "name"),
  "app.packages": open("Where packages come from", "packages"),
  "notebook.addPackage": inEditable(
    "Add a package of Python from a file (.whl)",
    "Notebook",
    (notebook, app) => void choosePackages(notebook, app),
  ),
  "app.doctor": open("Check the connection", "doctor"),
  "app.update": {
    title: "Use the newer Meshbook that is here",
    section: "Notebook",
    when: ({ app }) => app.offline?.state.get() === "update-waiting",
    run: ({ app }) => void takeUpdate(app),
  },
  "app.library": inNotebook("Back to all notebooks", "Notebook", () => navigate({ page: "library" })),
  "notebook.save": inNotebook("Show where this notebook is saved", "Notebook", tellSaved),
  "notebook.members": inNotebook("Who may do what", "Notebook", (_, app) => openPanel(app.panels, "members")),
  "notebook.share": inNotebook("Share this notebook", "Notebook", (_, app) => openPanel(app.panels, "share")),
  "notebook.variables": inNotebook("Show the variables", "Notebook", (_, app) => openPanel(app.panels, "variables")),
  "notebook.history": inNotebook("Show the history of this notebook", "Notebook", (_, app) =>
    openPanel(app.panels, "history"),
  ),
  "cell.history": inNotebook(
    "Show the history of the cell",
    "Cells",
    (_, app) => openPanel(app.panels, "cell-history"),
    ({ ui }) => ui.getState().active !== undefined,
  ),
  "notebook.exportMeshbook": inNotebook("Export as Meshbook file, which merges back", "Notebook", (notebook, app) =>
    openPanel(app.panels, "meshbook-file", notebook.session.room),
  ),
  "notebook.exportIpynb": exportAs("Export as Jupyter notebook (.ipynb)", "ipynb"),
  "notebook.exportMd": exportAs("Export as Markdown (.md)", "md"),
  "notebook.exportPy": exportAs("Export as Python script (.py)", "py"),
  "notebook.exportJs": exportAs("Export as JavaScript (.js)", "js"),
  "theme.system": theme("Theme: as the system", THEMES[0]),
  "theme.light": theme("Theme: light", THEMES[1]),
  "theme.dark": theme("Theme: dark", THEMES[2]),
} satisfies Record<string, Command>;
