// What the library page does with the application, and says when it fails.

import { messageOf } from "#shared/base/errors.ts";
import type { RoomId } from "#shared/base/ids.ts";
import { UNTITLED } from "#shared/notebook/readNotebook.ts";
import { isMeshbookFile } from "#shared/exchange/fileParts.ts";
import type { ChosenFile } from "#shared/ports/Host.ts";
import type { NotebookCard } from "#shared/session/views.ts";
import type { AppServices } from "../app/appServices.ts";
import { navigate, parseRoute } from "../app/routes.ts";
import { isWheelFile } from "../packages/wheelFiles.ts";
import { announce, showToast } from "../state/toasts.ts";
import { takenInWords } from "./exchange/takenInWords.ts";

export const IMPORT_EXTENSIONS = ["meshbook", "ipynb", "md", "py", "js"] as const;
export type NewPlace = "device" | "class";

const open = (room: RoomId): void => navigate({ page: "notebook", room });

export async function createNotebook({ meshbook, toasts }: AppServices, place: NewPlace): Promise<void> {
  try {
    open(await meshbook.createNotebook(UNTITLED, place));
  } catch (error) {
    showToast(toasts, `The notebook could not be created: ${messageOf(error)}`, { tone: "bad" });
  }
}

export async function chooseAndImport(services: AppServices, place: NewPlace): Promise<void> {
  try {
    const file = await services.meshbook.host.chooseFile(IMPORT_EXTENSIONS);
    if (file !== undefined) await importFiles(services, [file], place);
  } catch (error) {
    showToast(services.toasts, messageOf(error), { tone: "bad" });
  }
}

/**
 * Imports files one after the other; opens the notebook if it was one, and says what was repaired, merged or refused.
 * A file that merges leaves an open notebook open: it may be of another one.
 */
export async function importFiles(services: AppServices, files: readonly ChosenFile[], place: NewPlace): Promise<void> {
  const { meshbook, toasts } = services;
  const route = parseRoute(location.pathname);
  const here = route.page === "notebook" ? route.room : undefined;
  for (const file of files) {
    if (isWheelFile(file.name)) {
      showToast(toasts, `${file.name} is a package of Python. Open the notebook that is to use it, and drop it there.`);
      continue;
    }
    const result = await meshbook.importFile(file, place);
    if (!result.ok) {
      showToast(toasts, `${file.name} was not imported. ${result.error.message}`, { tone: "bad" });
      continue;
    }
    const { room, warnings } = result.value;
    if (isMeshbookFile(file)) {
      const title = meshbook.library.get().notebooks.find((card) => card.room === room)?.title ?? "";
      const elsewhere = here !== undefined && here !== room;
      const action = elsewhere ? { action: { label: "Open it", run: () => open(room) } } : {};
      showToast(toasts, takenInWords(file.name, { title, elsewhere, merged: result.value.merged }), action);
      if (here === undefined && files.length === 1) open(room);
      continue;
    }
    if (warnings.length > 0) showToast(toasts, `Imported ${file.name}. ${warnings.join(" ")}`);
    else announce(toasts, `Imported ${file.name}`);
    if (files.length === 1) open(room);
  }
}

export async function removeNotebook({ meshbook, toasts }: AppServices, card: NotebookCard): Promise<void> {
  await meshbook.removeNotebook(card.room);
  const putBack = (): void => void meshbook.putBackNotebook(card.room);
  showToast(toasts, `“${card.title}” removed`, { action: { label: "Undo", run: putBack } });
}

/** Follows an invitation; the error is for the person who pasted it. */
export async function followInvitation({ meshbook }: AppServices, link: string): Promise<string | undefined> {
  const result = await meshbook.followLink(link);
  if (!result.ok) return result.error.message;
  if (result.value !== undefined) open(result.value);
  return undefined;
}
