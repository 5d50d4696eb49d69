import type { Dispose } from "#shared/base/dispose.ts";
import type { NotebookSession } from "#shared/session/NotebookSession.ts";
import { activate, type NotebookUi } from "../../state/notebookUi.ts";
import { showToast, type Toasts } from "../../state/toasts.ts";

/** Says which cells did not run although they were asked for, and leads to the one that is to blame. */
export function tellSkipped(session: NotebookSession, ui: NotebookUi, toasts: Toasts): Dispose {
  return session.onSkipped(({ cells, failed }) => {
    const one = cells.length === 1;
    const what = one
      ? "1 cell was not run: one before it failed"
      : `${cells.length} cells were not run: one before them failed`;
    const run = (): void => activate(ui, failed);
    showToast(toasts, what, { action: { label: "Show it", run } });
  });
}
