// Loaded when the first of them is opened.

import type { ReactElement } from "react";
import { useServices } from "../app/Services.tsx";
import { useNotebook, useNotebookUi } from "../notebook/services/NotebookContext.tsx";
import { closePanel } from "../state/panels.ts";
import { useReadable } from "../state/useReadable.ts";
import { Dialog } from "../ui/Dialog.tsx";
import { AwayDialog } from "./AwayDialog.tsx";
import { HistoryDialog } from "./HistoryDialog.tsx";
import "./history.css";

export interface HistoryPanelsProps {
  readonly panel: "history" | "cell-history" | "away";
}

/** The dialogs of the history. */
export function HistoryPanels({ panel }: HistoryPanelsProps): ReactElement {
  const timeline = useReadable(useNotebook().session.timeline);
  const active = useNotebookUi((state) => state.active);
  const { panels } = useServices();
  if (timeline === undefined) {
    return (
      <Dialog title="History" onClose={() => closePanel(panels)}>
        <p className="dialog__body" role="status">
          The history of this notebook is being opened…
        </p>
      </Dialog>
    );
  }
  if (panel === "away") return <AwayDialog timeline={timeline} />;
  return <HistoryDialog timeline={timeline} cell={panel === "cell-history" ? active : undefined} />;
}
