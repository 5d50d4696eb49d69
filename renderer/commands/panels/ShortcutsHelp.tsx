import type { ReactElement } from "react";
import { useServices } from "../../app/Services.tsx";
import { closePanel } from "../../state/panels.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { Keys } from "../../ui/Keys.tsx";
import { commandIds, commands, type CommandId } from "../commands.ts";
import { KEYMAP } from "../keys/keymap.ts";

const SECTIONS = ["Run", "Edit", "Select", "Cells", "Notebook"] as const;

/** Every command that has keys, with all of them. */
export function ShortcutsHelp(): ReactElement {
  const { panels } = useServices();
  return (
    <Dialog title="Keyboard shortcuts" className="dialog--wide" onClose={() => closePanel(panels)}>
      <div className="dialog__body">
        <p>
          <strong>Enter</strong> goes into the text of a cell, <strong>Escape</strong> back out. Outside the text,
          single keys act on cells, as in Jupyter.
        </p>
        <div className="shortcuts">
          {SECTIONS.map((section) => (
            <section key={section}>
              <h3>{section}</h3>
              <dl>
                {commandIds
                  .filter((id) => commands[id].section === section && keysFor(id).length > 0)
                  .map((id) => (
                    <div key={id}>
                      <dt>{commands[id].title}</dt>
                      <dd>
                        {keysFor(id).map((keys) => (
                          <Keys key={keys} keys={keys} />
                        ))}
                      </dd>
                    </div>
                  ))}
              </dl>
            </section>
          ))}
        </div>
      </div>
    </Dialog>
  );
}

const keysFor = (id: CommandId): readonly string[] => [
  ...new Set(KEYMAP.filter((binding) => binding.command === id).map((binding) => binding.keys)),
];
