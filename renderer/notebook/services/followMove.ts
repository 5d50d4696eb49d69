import type { Dispose } from "#shared/base/dispose.ts";
import type { NotebookSession } from "#shared/session/NotebookSession.ts";
import type { AppServices } from "../../app/appServices.ts";
import { navigate } from "../../app/routes.ts";
import { showToast } from "../../state/toasts.ts";

/** Goes along when the notebook that is shown has another room. */
export function followMove({ movedTo }: NotebookSession, { toasts }: AppServices): Dispose {
  return movedTo.subscribe(() => {
    const room = movedTo.get();
    if (room === undefined) return;
    showToast(toasts, "This notebook has a new key. Everything in it came along; old links lead nowhere.");
    navigate({ page: "notebook", room });
  });
}
