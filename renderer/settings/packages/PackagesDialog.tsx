// Loaded when somebody asks for it.

import { useContext, useState, useSyncExternalStore, type ReactElement, type SubmitEvent } from "react";
import { DEFAULT_MODULE_ORIGIN } from "#shared/packages/npmAddress.ts";
import { ALLOWED_ORIGINS, OriginGrants, readOrigin } from "#shared/packages/OriginGrants.ts";
import { useServices } from "../../app/Services.tsx";
import { NotebookContext } from "../../notebook/services/NotebookContext.tsx";
import { NotebookPackages } from "../../packages/NotebookPackages.tsx";
import { closePanel } from "../../state/panels.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import "./packages.css";

/** From where cells may load packages on this device. */
export function PackagesDialog(): ReactElement {
  const { meshbook, panels } = useServices();
  const notebook = useContext(NotebookContext);
  const { settings } = meshbook;
  const grants = new OriginGrants(settings);
  // What is read is the same object until it changes.
  useSyncExternalStore(
    (listener) => settings.subscribe(ALLOWED_ORIGINS, listener),
    () => settings.get(ALLOWED_ORIGINS),
  );
  return (
    <Dialog title="Where packages come from" onClose={() => closePanel(panels)}>
      <div className="dialog__body">
        {notebook !== undefined && <NotebookPackages notebook={notebook} />}
        <p>
          A cell that imports a package asks before anything is loaded. From these servers it may be loaded on this
          computer without asking; what was loaded is kept, and works without a network.
        </p>
        {grants.list.length === 0 ? (
          <p className="packages__none">No server is allowed.</p>
        ) : (
          <ul className="packages">
            {grants.list.map((origin) => (
              <li key={origin} className="row packages__server">
                <span>{new URL(origin).host}</span>
                <Button small variant="secondary" onClick={() => grants.revoke(origin)}>
                  Ask again<span className="visually-hidden"> before loading from {new URL(origin).host}</span>
                </Button>
              </li>
            ))}
          </ul>
        )}
        <ModuleOrigin grants={grants} />
      </div>
    </Dialog>
  );
}

/** The server of packages that are named without an address. */
function ModuleOrigin({ grants }: { readonly grants: OriginGrants }): ReactElement {
  const [text, setText] = useState(grants.moduleOrigin);
  const [said, setSaid] = useState("");
  const keep = (event: SubmitEvent): void => {
    event.preventDefault();
    const origin = readOrigin(text.trim() === "" ? DEFAULT_MODULE_ORIGIN : text.trim());
    setSaid(origin === undefined ? "This is no address that begins with https://" : "Saved on this computer");
    if (origin === undefined) return;
    grants.setModuleOrigin(origin);
    setText(origin);
  };
  return (
    <form onSubmit={keep}>
      <label>
        Packages of npm that a cell names without an address
        <span className="row">
          <input
            className="field packages__origin"
            type="url"
            value={text}
            spellCheck={false}
            onChange={(event) => setText(event.target.value)}
          />
          <Button type="submit" variant="secondary">
            Save
          </Button>
        </span>
      </label>
      <p role="status">{said}</p>
    </form>
  );
}
