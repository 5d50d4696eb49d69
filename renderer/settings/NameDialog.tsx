import { useState, type SubmitEvent, type ReactElement } from "react";
import { NAME_LIMIT, peerColor } from "#shared/presence/presence.ts";
import { useServices } from "../app/Services.tsx";
import { Avatar } from "../peers/Avatar.tsx";
import { closePanel } from "../state/panels.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";

/** How others see this person. */
export function NameDialog(): ReactElement {
  const { meshbook, panels } = useServices();
  const [name, setName] = useState(meshbook.name.get());
  const keep = (event: SubmitEvent): void => {
    event.preventDefault();
    if (name.trim() !== "") meshbook.setName(name.trim());
    closePanel(panels);
  };
  return (
    <Dialog title="Your name" onClose={() => closePanel(panels)}>
      <form className="dialog__body" onSubmit={keep}>
        <p>Others see it at your cursor and beside what you run.</p>
        <div className="row name-row">
          <Avatar name={name} color={peerColor(meshbook.peer)} />
          <input
            className="field"
            data-first
            aria-label="Your name"
            autoComplete="name"
            maxLength={NAME_LIMIT}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
          <Button type="submit" variant="primary">
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
