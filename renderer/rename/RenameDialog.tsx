// Loaded when a variable is first renamed.

import { useId, useMemo, useState, type ReactElement, type SubmitEvent } from "react";
import { FlowReader } from "#shared/dataflow/FlowReader.ts";
import { planRename, type CellRename } from "#shared/dataflow/rename/planRename.ts";
import { readNotebook } from "#shared/notebook/readNotebook.ts";
import { useServices } from "../app/Services.tsx";
import { useNotebook } from "../notebook/services/NotebookContext.tsx";
import { cellName } from "../running/cellWords.ts";
import { closePanel } from "../state/panels.ts";
import { activate } from "../state/notebookUi.ts";
import { showToast } from "../state/toasts.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { Select } from "../ui/Select.tsx";
import { RenamePreview } from "./RenamePreview.tsx";
import { refusalInWords } from "./renameWords.ts";
import { renamableNames } from "./renamableNames.ts";
import "./rename.css";

/** Gives a variable another name in all cells that share it. */
export function RenameDialog(): ReactElement {
  const { panels } = useServices();
  const notebook = useNotebook();
  const { ui, editors, session } = notebook;
  const [{ cell, names, at }] = useState(() => {
    const { active } = ui.getState();
    const { cells } = readNotebook(session.doc);
    return renamableNames(cells, active, editors.get(active)?.caret());
  });
  const [name, setName] = useState(at ?? names[0] ?? "");
  if (cell === undefined || name === "") {
    return (
      <Dialog title="Rename a variable" onClose={() => closePanel(panels)}>
        <div className="dialog__body">
          <p>This cell names no variable of the notebook. Go to a cell that defines or reads the one you mean.</p>
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog className="rename" title="Rename a variable" onClose={() => closePanel(panels)}>
      <div className="dialog__body">
        {at === undefined && names.length > 1 && (
          <label className="rename__label">
            Variable
            <Select data-first value={name} onChange={(event) => setName(event.target.value)}>
              {names.map((one) => (
                <option key={one}>{one}</option>
              ))}
            </Select>
          </label>
        )}
        <RenameForm key={name} cell={cell} name={name} />
      </div>
    </Dialog>
  );
}

function RenameForm({ cell, name }: { readonly cell: CellRename["cell"]; readonly name: string }): ReactElement {
  const { panels, toasts } = useServices();
  const { session, order, ui } = useNotebook();
  const [to, setTo] = useState(name);
  const [cells] = useState(() => readNotebook(session.doc).cells);
  // What stands to be renamed is shown also while the new name is none yet.
  const [reader] = useState(() => new FlowReader());
  const places = useMemo(
    () => planRename(cells, { cell, name, to: placeholder(cells, name) }, reader),
    [cells, cell, name, reader],
  );
  const plan = useMemo(() => planRename(cells, { cell, name, to }, reader), [cells, cell, name, to, reader]);
  const help = useId();
  const refused = plan.ok || to === "" || plan.error.reason === "same" ? undefined : plan.error;
  const sentence = (id: CellRename["cell"]): string => cellName(order.get(), id);
  const rename = (event: SubmitEvent): void => {
    event.preventDefault();
    if (!plan.ok) return;
    closePanel(panels);
    const { changed, undo } = session.history.rewrite(plan.value);
    if (!changed) {
      showToast(toasts, "Somebody changed one of these cells meanwhile. Nothing was renamed.", { tone: "bad" });
      return;
    }
    activate(ui, cell);
    const where = plan.value.length === 1 ? "in one cell" : `in ${plan.value.length} cells`;
    showToast(toasts, `Renamed “${name}” to “${to}” ${where}`, { action: { label: "Undo", run: undo } });
  };
  return (
    <form onSubmit={rename}>
      <label className="rename__label">
        <span>
          New name of <code>{name}</code>
        </span>
        <input
          className="field rename__name"
          data-first
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          value={to}
          aria-invalid={refused !== undefined}
          aria-describedby={help}
          onFocus={(event) => event.target.select()}
          onChange={(event) => setTo(event.target.value)}
        />
      </label>
      <p id={help} className="rename__refusal" role="status">
        {refused === undefined ? "" : refusalInWords(refused, to, sentence)}
      </p>
      {places.ok && <RenamePreview renames={places.value} to={plan.ok ? to : name} />}
      <div className="actions rename__actions">
        <Button variant="secondary" onClick={() => closePanel(panels)}>
          Cancel
        </Button>
        <Button type="submit" variant="primary" disabled={!plan.ok}>
          Rename
        </Button>
      </div>
    </form>
  );
}

/** A name that is surely free, by which the places are found. */
function placeholder(cells: readonly { readonly source: string }[], name: string): string {
  let free = `${name}2`;
  while (cells.some(({ source }) => source.includes(free))) free += "2";
  return free;
}
