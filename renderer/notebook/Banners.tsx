import { CircleAlert, Info, Lock } from "lucide-react";
import type { ReactElement } from "react";
import type { DocumentState } from "#shared/notebook/schema.ts";
import { useCommand } from "../commands/useCommands.ts";
import { useReadable } from "../state/useReadable.ts";
import { readOnlyInWords } from "../rooms/roleWords.ts";
import { Button } from "../ui/Button.tsx";
import { ReceivingBar } from "./ReceivingBar.tsx";
import { useNotebook } from "./services/NotebookContext.tsx";

/** What one must know before going on writing. */
export function Banners({ state }: { readonly state: DocumentState }): ReactElement {
  const { session } = useNotebook();
  const { sources, saved } = useReadable(session.sync);
  const access = useReadable(session.access);
  const readOnly = state === "ready" ? readOnlyInWords(access) : undefined;
  const run = useCommand();
  const disk = sources.find((source) => source.kind === "disk")?.status;
  return (
    <div className="banners">
      {state === "too-new" && (
        <div className="notice">
          <Info size={16} aria-hidden />
          <p>This notebook was written by a newer Meshbook. You can read it here; to edit it, update this one.</p>
        </div>
      )}
      <ReceivingBar sources={sources} />
      {readOnly !== undefined && access.refused === undefined && (
        <div className="notice">
          <Lock size={16} aria-hidden />
          <p>{readOnly}</p>
          <Button small variant="secondary" onClick={() => run("notebook.members")}>
            Who may do what
          </Button>
        </div>
      )}
      {access.refused !== undefined && (
        <div className="notice notice--bad" role="alert">
          <CircleAlert size={16} aria-hidden />
          <p>
            <strong>{access.refused}</strong> Your change stays on this computer: the class host did not take it.
          </p>
          <Button small variant="secondary" onClick={() => run("notebook.exportIpynb")}>
            Download a copy
          </Button>
        </div>
      )}
      {disk?.state === "failed" && !saved && (
        <div className="notice notice--bad" role="alert">
          <CircleAlert size={16} aria-hidden />
          <p>
            <strong>Changes are not saved on this computer.</strong> {disk.message}
          </p>
          <Button small variant="secondary" onClick={() => run("notebook.exportIpynb")}>
            Download a copy
          </Button>
        </div>
      )}
    </div>
  );
}
