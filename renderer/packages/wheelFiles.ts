import { messageOf } from "#shared/base/errors.ts";
import type { ChosenFile } from "#shared/ports/Host.ts";
import type { AppServices } from "../app/appServices.ts";
import { isEditable } from "../commands/Command.ts";
import type { NotebookServices } from "../notebook/services/notebookServices.ts";
import { showToast } from "../state/toasts.ts";
import { addedInWords } from "./addedInWords.ts";

/** A package of Python, by its name. */
export const isWheelFile = (name: string): boolean => /\.whl$/i.test(name);

/** Lets the user choose one file, and adds it. */
export async function choosePackages(notebook: NotebookServices, app: AppServices): Promise<void> {
  try {
    const file = await app.meshbook.host.chooseFile(["whl"]);
    if (file !== undefined) await addPackages(notebook, app, [file]);
  } catch (error) {
    showToast(app.toasts, messageOf(error), { tone: "bad" });
  }
}

/** Adds packages to the notebook, one after the other, and says what came of each. Never rejects. */
export async function addPackages(
  notebook: NotebookServices,
  { toasts }: AppServices,
  files: readonly ChosenFile[],
): Promise<void> {
  if (!isEditable(notebook)) {
    showToast(toasts, "You may not change this notebook, and so not add packages to it.", { tone: "bad" });
    return;
  }
  const { doc, blobs } = notebook.session;
  for (const file of files) {
    try {
      const [{ addWheel }, { packageList }] = await Promise.all([
        import("#shared/session/packages/changeWheels.ts"),
        import("../adapters/packages/wheelLoader.ts"),
      ]);
      showToast(toasts, addedInWords(await addWheel({ doc, blobs, lock: packageList }, file)));
    } catch (error) {
      showToast(toasts, messageOf(error), { tone: "bad" });
    }
  }
}
