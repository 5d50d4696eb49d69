import type { Dispose } from "#shared/base/dispose.ts";
import type { AppServices } from "../../app/appServices.ts";
import { navigate } from "../../app/routes.ts";
import { showToast } from "../../state/toasts.ts";
import type { NotebookServices } from "./notebookServices.ts";

/**
 * Goes along when the notebook that is shown has another room, and stays in the same cell: whoever writes while somebody
 * changes the key must not find that their next keys are commands.
 */
export function followMove(
  { session: { movedTo }, ui, editors }: Pick<NotebookServices, "session" | "ui" | "editors">,
  { toasts, whereabouts }: AppServices,
): Dispose {
  return movedTo.subscribe(() => {
    const room = movedTo.get();
    if (room === undefined) return;
    const { active: cell, mode } = ui.getState();
    if (cell !== undefined) whereabouts.set({ room, cell, mode, caret: editors.caret(cell) });
    showToast(toasts, "This notebook has a new key. Everything in it came along; old links lead nowhere.");
    navigate({ page: "notebook", room });
  });
}
