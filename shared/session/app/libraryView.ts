import type { LibraryEntry } from "../../ports/LibraryStore.ts";
import type { LibraryView, NotebookCard } from "../views.ts";
import type { Directory } from "./Membership.ts";
import type { ShelfView } from "./Shelf.ts";

/** What the library shows: the shelf of this device and, beside it, the notebooks of the class not opened here yet. */
export function libraryView(shelf: ShelfView, directory: Directory): LibraryView {
  const notebooks: NotebookCard[] = [];
  for (const entry of shelf.entries.values()) notebooks.push(cardOf(entry, directory));
  for (const { room, title } of directory.values()) {
    if (!shelf.entries.has(room)) notebooks.push({ room, title, opened: undefined, place: "class", removed: false });
  }
  notebooks.sort((one, other) => (other.opened ?? 0) - (one.opened ?? 0) || one.title.localeCompare(other.title));
  return { state: shelf.state, message: shelf.message, notebooks };
}

function cardOf({ room, title, opened, host, removed }: LibraryEntry, directory: Directory): NotebookCard {
  const place = directory.has(room) ? "class" : host === undefined ? "device" : "shared";
  return { room, title, opened, place, removed: removed !== undefined };
}
