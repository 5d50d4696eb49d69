import { Download } from "lucide-react";
import { useState, type ReactElement } from "react";
import type { RoomId } from "#shared/base/ids.ts";
import { useServices } from "../../app/Services.tsx";
import { exportMeshbookFile } from "../../commands/appCommands.ts";
import { closePanel } from "../../state/panels.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import "./exchange.css";

/** A notebook to a file that merges back: what that means, and whether the file may open the notebook's door. */
export function MeshbookFileDialog({ room }: { readonly room: RoomId }): ReactElement {
  const services = useServices();
  const { panels } = services;
  const [withKey, setWithKey] = useState(false);
  const [busy, setBusy] = useState(false);
  const write = async (): Promise<void> => {
    setBusy(true);
    await exportMeshbookFile(services, room, withKey);
    closePanel(panels);
  };
  return (
    <Dialog title="Export a Meshbook file" onClose={() => closePanel(panels)}>
      <div className="dialog__body">
        <p>
          The file holds the whole notebook with its outputs, and merges: import it, or drop it, on another computer,
          change the notebook there, and bring a file back the same way. Nothing is lost and nothing doubled, in
          whatever order.
        </p>
        <label className="choice">
          <input type="checkbox" checked={withKey} onChange={(event) => setWithKey(event.target.checked)} />
          <span>
            Include the key of the notebook
            <small>
              Whoever gets the file can then also join the notebook over the network, as with an invitation link.
              Without it, they have what is in the file and no more.
            </small>
          </span>
        </label>
        <div className="actions">
          <Button variant="primary" icon={Download} disabled={busy} onClick={() => void write()}>
            {busy ? "Exporting…" : "Export"}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
