import type { Dispose } from "#shared/base/dispose.ts";
import { ms, type Milliseconds } from "#shared/base/units.ts";
import { HOST_INFO_PATH } from "#shared/contracts/host/hubProtocol.ts";
import { showToast, type Toast, type Toasts } from "../state/toasts.ts";
import { partMissed } from "../ui/parts/loadPart.ts";
import type { AppServices } from "./appServices.ts";

/** On a network that swallows everything, a host that did not answer by then is one that does not. */
const ANSWER_LIMIT: Milliseconds = ms(3_000);

/** Says why something that was opened does not come: its program is not on this computer, and cannot be fetched now. */
export function followParts(services: AppServices): Dispose {
  return partMissed.subscribe(() => void say(services));
}

async function say({ toasts }: AppServices): Promise<void> {
  if (!(await hostAnswers())) {
    sayOnce(toasts, "This part of the page is not on this computer yet. It can be opened when the class host answers.");
    return;
  }
  // A host that was started anew with another build has other parts.
  sayOnce(toasts, "The class host no longer has this part of the page: it may have a newer Meshbook.", {
    label: "Load the page again",
    run: () => location.reload(),
  });
}

/** Several parts may be missed at once: an output's, and a menu. */
function sayOnce(toasts: Toasts, text: string, action?: Toast["action"]): void {
  if (toasts.getState().shown.some((toast) => toast.text === text)) return;
  showToast(toasts, text, { tone: "bad", action });
}

async function hostAnswers(): Promise<boolean> {
  try {
    return (await fetch(HOST_INFO_PATH, { cache: "no-store", signal: AbortSignal.timeout(ANSWER_LIMIT) })).ok;
  } catch {
    return false;
  }
}
