import { CircleAlert, CloudDownload, Lock } from "lucide-react";
import { useCallback, type ReactElement } from "react";
import { useStore } from "zustand";
import type * as Y from "yjs";
import type { RoomId } from "#shared/base/ids.ts";
import { documentState, notebookRoots, type DocumentState } from "#shared/notebook/schema.ts";
import type { SyncView } from "#shared/session/views.ts";
import { mayEdit, mayRun } from "#shared/rooms/access/role.ts";
import { useServices } from "../app/Services.tsx";
import { useCommandContext } from "../commands/useCommands.ts";
import { useKeymap } from "../commands/keys/useKeymap.ts";
import { closePanel, type Panel } from "../state/panels.ts";
import { useReadable, useSelected } from "../state/useReadable.ts";
import { useYValue } from "../state/useYValue.ts";
import { Banners } from "./Banners.tsx";
import { CellList } from "./CellList.tsx";
import { Header } from "./header/Header.tsx";
import { useNotebook } from "./services/NotebookContext.tsx";
import { PackageDrop } from "../packages/PackageDrop.tsx";
import { CellsSkeleton } from "./NotebookSkeleton.tsx";
import { lazyPart } from "../ui/parts/lazyPart.ts";
import { Overlay } from "../ui/parts/Overlay.tsx";

const ShareDialog = lazyPart(async () => (await import("./header/ShareDialog.tsx")).ShareDialog);
const MembersDialog = lazyPart(async () => (await import("../rooms/MembersDialog.tsx")).MembersDialog);
const HistoryPanels = lazyPart(async () => (await import("../history/HistoryPanels.tsx")).HistoryPanels);
const DataflowDialog = lazyPart(async () => (await import("../dataflow/DataflowDialog.tsx")).DataflowDialog);
const RenameDialog = lazyPart(async () => (await import("../rename/RenameDialog.tsx")).RenameDialog);
const VariablesDialog = lazyPart(async () => (await import("../variables/VariablesDialog.tsx")).VariablesDialog);
const Panels = lazyPart(async () => (await import("../commands/panels/Panels.tsx")).Panels);

const stateOf = (meta: Y.Map<unknown>): DocumentState => (meta.doc === null ? "absent" : documentState(meta.doc));

/** An open notebook. When what one may do in it changes, it is built anew: every part of it depends on that. */
export function NotebookView(): ReactElement {
  const { session } = useNotebook();
  const { role } = useReadable(session.access);
  // It may become too new while it is open: somebody with a newer version writes in it.
  const state = useYValue(notebookRoots(session.doc).meta, stateOf);
  const may = state === "too-new" ? "read" : mayEdit(role) ? "edit" : mayRun(role) ? "run" : "read";
  return <OpenNotebookView key={may} state={state} />;
}

function OpenNotebookView({ state }: { readonly state: DocumentState }): ReactElement {
  const { session } = useNotebook();
  const { panels } = useServices();
  const loaded = useReadable(session.loaded);
  const open = useStore(panels, (value) => value.open);
  const close = useCallback(() => closePanel(panels), [panels]);
  useKeymap(useCommandContext());
  return (
    <>
      <Header />
      <PackageDrop />
      <main className="notebook">
        <Banners state={state} />
        {state !== "absent" ? <CellList /> : loaded ? <NotArrived /> : <CellsSkeleton />}
      </main>
      <Overlay onMissing={close}>{open !== undefined && <Over open={open} room={session.room} />}</Overlay>
    </>
  );
}

/** What lies over the notebook. */
function Over({ open, room }: { readonly open: Panel; readonly room: RoomId }): ReactElement {
  switch (open) {
    case "share":
      return <ShareDialog room={room} />;
    case "members":
      return <MembersDialog />;
    case "history":
    case "cell-history":
    case "away":
      return <HistoryPanels panel={open} />;
    case "dataflow":
      return <DataflowDialog />;
    case "queue":
      return <></>;
    case "rename":
      return <RenameDialog />;
    case "variables":
      return <VariablesDialog />;
    default:
      return <Panels />;
  }
}

/** Why asking the class host again would end the same way. */
function hubFailureOf({ sources }: SyncView): string | undefined {
  const hub = sources.find(({ kind }) => kind === "hub")?.status;
  return hub?.state === "failed" ? hub.message : undefined;
}

/** Nothing of the notebook is here yet. It must not look like an empty notebook, which one could write into. */
function NotArrived(): ReactElement {
  const { session } = useNotebook();
  const { role, members } = useReadable(session.access);
  const failure = useSelected(session.sync, hubFailureOf);
  if (failure !== undefined) {
    return (
      <div className="empty" role="alert">
        <CircleAlert size={32} strokeWidth={1.5} aria-hidden />
        <h2>This notebook does not open</h2>
        <p>{failure}</p>
      </div>
    );
  }
  if (role === "none") {
    return (
      <div className="empty" role="status">
        <Lock size={32} strokeWidth={1.5} aria-hidden />
        <h2>
          {members.length > 0 ? "You were taken out of this notebook" : "You have not been let in to this notebook"}
        </h2>
        <p>
          Ask its teacher, who finds you under “Who may do what”. It opens here as soon as you are let in; you can leave
          this page open.
        </p>
      </div>
    );
  }
  return (
    <div className="empty" role="status">
      <CloudDownload size={32} strokeWidth={1.5} aria-hidden />
      <h2>Waiting for this notebook to arrive</h2>
      <p>It comes as soon as the class host, or somebody who has it, can be reached. You can leave this page open.</p>
    </div>
  );
}
