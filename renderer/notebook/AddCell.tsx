import { Code, Text } from "lucide-react";
import type { ReactElement } from "react";
import type { CellId } from "#shared/base/ids.ts";
import type { CellKind } from "#shared/notebook/cell.ts";
import { isEditable } from "../commands/Command.ts";
import { insertEmpty } from "../commands/cellCommands.ts";
import { Button } from "../ui/Button.tsx";
import { useNotebook } from "./services/NotebookContext.tsx";

/** Buttons that add a cell: below the given one, or at the end of the notebook. */
export function AddCell({ after }: { readonly after?: CellId }): ReactElement | undefined {
  const notebook = useNotebook();
  if (!isEditable(notebook)) return undefined;
  const add = (kind: CellKind): void => insertEmpty(notebook, after === undefined ? "end" : { after }, kind, "edit");
  return (
    <div
      className={after === undefined ? "add-cell" : "add-cell add-cell--between"}
      role="group"
      aria-label="Add a cell"
    >
      <Button small variant="secondary" icon={Code} onClick={() => add("code")}>
        Code
      </Button>
      <Button small variant="secondary" icon={Text} onClick={() => add("markdown")}>
        Text
      </Button>
    </div>
  );
}
