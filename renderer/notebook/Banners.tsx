import { CircleAlert, Info, TriangleAlert } from "lucide-react";
import { useState, type ReactElement } from "react";
import type { DocumentState } from "#shared/notebook/schema.ts";
import type { Receiving, SourceStatus, SourceWarning } from "#shared/ports/DocSource.ts";
import type { SyncView } from "#shared/session/views.ts";
import { useServices } from "../app/Services.tsx";
import { exportMeshbookFile } from "../commands/appCommands.ts";
import { AwayBanner } from "../history/AwayBanner.tsx";
import { useCommand } from "../commands/useCommands.ts";
import { useStorageState } from "../settings/storage/StorageLine.tsx";
import { storageInWords } from "../settings/storage/storageWords.ts";
import { useSelected } from "../state/useReadable.ts";
import { RoleBanners } from "../rooms/RoleBanners.tsx";
import { Button } from "../ui/Button.tsx";
import { receivingOf } from "./header/statusWords.ts";
import { ReceivingBar } from "./ReceivingBar.tsx";
import { useNotebook } from "./services/NotebookContext.tsx";

// Parts of the view, which itself changes with each key.
const diskOf = ({ sources }: SyncView): SourceStatus | undefined => sources.find(({ kind }) => kind === "disk")?.status;
const warningOf = (sync: SyncView): SourceWarning | undefined => {
  const disk = diskOf(sync);
  return disk?.state === "connected" ? disk.warning : undefined;
};
const sameWarning = (one: SourceWarning | undefined, other: SourceWarning | undefined): boolean =>
  one?.code === other?.code && one?.message === other?.message;
const failureOf = (sync: SyncView): string | undefined => {
  const disk = diskOf(sync);
  return disk?.state === "failed" && !sync.saved ? disk.message : undefined;
};
const receivingIn = ({ sources }: SyncView): Receiving | undefined => receivingOf(sources);
const sameReceiving = (one: Receiving | undefined, other: Receiving | undefined): boolean =>
  one?.received === other?.received && one?.total === other?.total;

/** What one must know before going on writing. */
export function Banners({ state }: { readonly state: DocumentState }): ReactElement {
  const { session } = useNotebook();
  const warning = useSelected(session.sync, warningOf, sameWarning);
  const failure = useSelected(session.sync, failureOf);
  const receiving = useSelected(session.sync, receivingIn, sameReceiving);
  return (
    <div className="banners">
      <AwayBanner />
      {state === "too-new" && (
        <div className="notice">
          <Info size={16} aria-hidden />
          <p>This notebook was written by a newer Meshbook. You can read it here; to edit it, update this one.</p>
        </div>
      )}
      <ReceivingBar receiving={receiving} />
      {state === "ready" && <RoleBanners />}
      {failure !== undefined && (
        <div className="notice notice--bad" role="alert">
          <CircleAlert size={16} aria-hidden />
          <p>
            <strong>Changes are not saved on this computer.</strong> {failure}
          </p>
          <DownloadCopy />
        </div>
      )}
      {warning !== undefined && <StorageWarning key={warning.code} warning={warning} />}
      {failure === undefined && <NearlyFull />}
    </div>
  );
}

/** Something happened to storage that saving has got over. Read once, it may go. */
function StorageWarning({ warning }: { readonly warning: SourceWarning }): ReactElement | undefined {
  const [read, setRead] = useState(false);
  if (read) return undefined;
  return (
    <div className="notice notice--warn" role="alert">
      <TriangleAlert size={16} aria-hidden />
      <p>{warning.message}</p>
      <DownloadCopy />
      <Button small onClick={() => setRead(true)}>
        Got it
      </Button>
    </div>
  );
}

/** Before a write fails, while there is time to do something about it. */
function NearlyFull(): ReactElement | undefined {
  const storage = useStorageState();
  if (storage?.nearlyFull !== true) return undefined;
  return (
    <div className="notice notice--warn">
      <TriangleAlert size={16} aria-hidden />
      <p>{storageInWords(storage)}</p>
      <DownloadCopy />
    </div>
  );
}

/** What is open, out of the page: to read anywhere, and to merge back. */
function DownloadCopy(): ReactElement {
  const services = useServices();
  const { session } = useNotebook();
  const run = useCommand();
  return (
    <>
      <Button small variant="secondary" onClick={() => run("notebook.exportIpynb")}>
        Download a copy
      </Button>
      <Button
        small
        variant="secondary"
        data-tip="A Meshbook file: merges back, nothing doubled"
        onClick={() => void exportMeshbookFile(services, session.room, false)}
      >
        Download .meshbook
      </Button>
    </>
  );
}
