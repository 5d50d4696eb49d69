import { useEffect, useRef, useState, type KeyboardEvent, type ReactElement } from "react";
import { useServices } from "../../app/Services.tsx";
import { closePanel } from "../../state/panels.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { Keys } from "../../ui/Keys.tsx";
import { commands, runCommand, type CommandId } from "../commands.ts";
import { keysOf } from "../keys/keymap.ts";
import { findCommands } from "./findCommands.ts";
import { useCommandContext } from "../useCommands.ts";

/** Every command that makes sense now, found by typing. */
export function CommandPalette(): ReactElement {
  const { panels } = useServices();
  const context = useCommandContext();
  const [query, setQuery] = useState("");
  const [chosen, setChosen] = useState(0);
  const found = findCommands(query, context);
  const index = Math.min(chosen, found.length - 1);
  const current = found[index];

  const run = (id: CommandId | undefined): void => {
    if (id === undefined) return;
    closePanel(panels);
    // After the dialog gave the keyboard back, or it would take it from where the command puts it.
    requestAnimationFrame(() => runCommand(id, context));
  };
  const key = (event: KeyboardEvent): void => {
    if (event.key === "Enter") run(current);
    else if (event.key === "ArrowDown") setChosen((index + 1) % found.length);
    else if (event.key === "ArrowUp") setChosen((index - 1 + found.length) % found.length);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog title="All commands" className="dialog--top palette" bare onClose={() => closePanel(panels)}>
      <input
        className="palette__field"
        role="combobox"
        aria-label="Find a command"
        aria-expanded
        aria-controls="palette-list"
        aria-activedescendant={current === undefined ? undefined : `palette-${current}`}
        placeholder="Find a command"
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setChosen(0);
        }}
        onKeyDown={key}
      />
      <ul id="palette-list" role="listbox" aria-label="Commands" className="palette__list">
        {found.map((id) => (
          <Row key={id} id={id} chosen={id === current} run={run} />
        ))}
      </ul>
      {found.length === 0 && <p className="palette__none">No command is called that.</p>}
    </Dialog>
  );
}

interface RowProps {
  readonly id: CommandId;
  readonly chosen: boolean;
  readonly run: (id: CommandId) => void;
}

function Row({ id, chosen, run }: RowProps): ReactElement {
  const ref = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (chosen) ref.current?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  const keys = keysOf(id);
  return (
    // The keyboard is in the field above, which points here by aria-activedescendant.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <li
      ref={ref}
      id={`palette-${id}`}
      role="option"
      aria-selected={chosen}
      className="palette__row"
      onClick={() => run(id)}
    >
      <span>{commands[id].title}</span>
      {keys !== undefined && <Keys keys={keys} />}
    </li>
  );
}
