import { ArrowDown, ArrowUp, Ellipsis, Plus, Trash2 } from "lucide-react";
import type { ReactElement } from "react";
import type { CellId } from "#shared/base/ids.ts";
import type { CellKind } from "#shared/notebook/cell.ts";
import { isEditable } from "../commands/Command.ts";
import { keysOf } from "../commands/keys/keymap.ts";
import { useCellCommand, useCommandContext } from "../commands/useCommands.ts";
import { activate, refocus } from "../state/notebookUi.ts";
import { IconButton } from "../ui/IconButton.tsx";
import { MenuButton } from "../ui/menu/MenuButton.tsx";
import { cellMenu } from "./cellMenu.ts";

export interface CellToolbarProps {
  readonly cellId: CellId;
  readonly kind: CellKind;
}

/** Lies over the top edge of the cell, seen when the pointer or the keyboard is in it; takes no room. */
export function CellToolbar({ cellId, kind }: CellToolbarProps): ReactElement | undefined {
  const context = useCommandContext();
  const run = useCellCommand(cellId);
  const { notebook } = context;
  if (notebook === undefined || !isEditable(notebook)) return undefined;
  const entries = () => {
    activate(notebook.ui, cellId);
    return cellMenu({ ...context, notebook }, cellId, kind);
  };
  return (
    <div className="cell__tools" role="group" aria-label="Cell tools">
      <IconButton
        icon={ArrowUp}
        small
        label="Move up"
        keys={keysOf("cell.moveUp")}
        onClick={() => run("cell.moveUp")}
      />
      <IconButton
        icon={ArrowDown}
        small
        label="Move down"
        keys={keysOf("cell.moveDown")}
        onClick={() => run("cell.moveDown")}
      />
      <IconButton
        icon={Plus}
        small
        label="Insert below"
        keys={keysOf("cell.insertBelow")}
        onClick={() => run("cell.insertBelow")}
      />
      <IconButton icon={Trash2} small label="Delete" keys={keysOf("cell.delete")} onClick={() => run("cell.delete")} />
      <MenuButton
        icon={Ellipsis}
        small
        label="More for this cell"
        entries={entries}
        onClosed={() => refocus(notebook.ui)}
      />
    </div>
  );
}
