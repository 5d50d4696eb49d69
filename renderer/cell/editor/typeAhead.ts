import { cellSource } from "#shared/notebook/cell.ts";
import type { DocOrigin } from "#shared/notebook/origins.ts";
import { notebookRoots } from "#shared/notebook/schema.ts";
import { isEditable } from "../../commands/Command.ts";
import type { NotebookServices } from "../../notebook/services/notebookServices.ts";

/** An object of its own: the undo of a text takes back what carries just this. */
const TYPED_AHEAD: DocOrigin = Object.freeze({ by: "user" });

/**
 * Writes what is typed into a cell whose editor has not come yet: on a slow line its program takes a while, and who begins at
 * once is to lose nothing. Says whether it took the key.
 */
export function typeAhead(notebook: NotebookServices, event: KeyboardEvent): boolean {
  const { session, ui, editors } = notebook;
  const { active, mode } = ui.getState();
  if (active === undefined || mode !== "edit" || editors.get(active) !== undefined || !isEditable(notebook))
    return false;
  const text = cellSource(notebookRoots(session.doc).cells, active);
  const written = writtenBy(event);
  if (text === undefined || written === undefined) return false;
  const caret = editors.caretToBe(active, text);
  const deleted = event.key === "Backspace" ? lastLength(text.toString().slice(0, caret)) : 0;
  session.textUndo(active)?.addTrackedOrigin(TYPED_AHEAD);
  session.doc.transact(() => {
    if (deleted > 0) text.delete(caret - deleted, deleted);
    if (written !== "") text.insert(caret - deleted, written);
  }, TYPED_AHEAD);
  editors.place(active, text, caret - deleted + written.length);
  return true;
}

/** UTF-16 units of the last character: half of one must not stay. */
const lastLength = (text: string): number =>
  /[\uD800-\uDBFF][\uDC00-\uDFFF]$/.test(text) ? 2 : Math.min(text.length, 1);

/** What a key writes; nothing, for Backspace; undefined for keys that mean something else. */
function writtenBy(event: KeyboardEvent): string | undefined {
  // With AltGr, which some systems tell as Ctrl and Alt, one writes.
  const isShortcut = (event.ctrlKey || event.altKey || event.metaKey) && !event.getModifierState("AltGraph");
  if (isShortcut) return undefined;
  if (event.key === "Enter") return "\n";
  if (event.key === "Backspace") return "";
  // Names of other keys have several letters; a character beyond U+FFFF has two units.
  return [...event.key].length === 1 ? event.key : undefined;
}
