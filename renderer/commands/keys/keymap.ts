// Keys → commands, as in Jupyter. Command mode: keys act on cells. Edit mode: keys go to the text, but for these.

import type { CellMode } from "../../state/notebookUi.ts";
import type { CommandId } from "../commands.ts";

/** `page`: wherever the keyboard is not in a text, also where no notebook is open. */
export type KeyScope = CellMode | "page";

export interface Binding {
  /** A stroke, or strokes one after the other with a space between (`d d`). */
  readonly keys: string;
  readonly scope: KeyScope;
  readonly command: CommandId;
}

const command = (keys: string, id: CommandId): Binding => ({ keys, scope: "command", command: id });
const edit = (keys: string, id: CommandId): Binding => ({ keys, scope: "edit", command: id });
const both = (keys: string, id: CommandId): readonly Binding[] => [command(keys, id), edit(keys, id)];

/** The first binding of a command is the one shown beside it. */
export const KEYMAP: readonly Binding[] = [
  ...both("Shift-Enter", "run.andNext"),
  ...both("Mod-Enter", "run.cell"),
  ...both("Alt-Enter", "run.andInsert"),
  command("i i", "run.stopAll"),
  command("0 0", "run.restart"),
  command("q", "run.queue"),
  command("g", "run.dataflow"),
  command("u", "run.stale"),
  command("Shift-v", "notebook.variables"),
  ...both("F2", "cell.rename"),
  command("Enter", "edit.enter"),
  edit("Escape", "edit.leave"),
  edit("Ctrl-m", "edit.leave"),
  edit("ArrowUp", "edit.above"),
  edit("ArrowDown", "edit.below"),
  edit("Ctrl-Shift--", "cell.split"),
  command("ArrowUp", "select.above"),
  command("k", "select.above"),
  command("ArrowDown", "select.below"),
  command("j", "select.below"),
  command("Shift-ArrowUp", "select.extendAbove"),
  command("Shift-k", "select.extendAbove"),
  command("Shift-ArrowDown", "select.extendBelow"),
  command("Shift-j", "select.extendBelow"),
  command("Shift-Home", "select.extendToTop"),
  command("Shift-End", "select.extendToBottom"),
  command("Mod-a", "select.all"),
  command("a", "cell.insertAbove"),
  command("b", "cell.insertBelow"),
  command("x", "cell.cut"),
  command("c", "cell.copy"),
  command("v", "cell.paste"),
  command("d d", "cell.delete"),
  command("z", "cell.undo"),
  command("Shift-z", "cell.redo"),
  command("y", "cell.toCode"),
  command("m", "cell.toMarkdown"),
  command("r", "cell.toRaw"),
  command("Shift-m", "cell.merge"),
  command("o", "cell.toggleOutput"),
  command("Ctrl-Shift-ArrowUp", "cell.moveUp"),
  command("Ctrl-Shift-ArrowDown", "cell.moveDown"),
  command("h", "app.shortcuts"),
  { keys: "?", scope: "page", command: "app.shortcuts" },
  { keys: "Mod-Shift-p", scope: "page", command: "app.palette" },
  { keys: "Mod-s", scope: "page", command: "notebook.save" },
  edit("Mod-s", "notebook.save"),
  edit("Mod-Shift-p", "app.palette"),
];

/** The keys to show beside a command. */
export function keysOf(id: CommandId): string | undefined {
  return KEYMAP.find((binding) => binding.command === id)?.keys;
}
