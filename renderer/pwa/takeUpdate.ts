import type { AppServices } from "../app/appServices.ts";
import { showToast } from "../state/toasts.ts";

/** Starts the newer build, unless that would cost somebody their work. */
export async function takeUpdate({ offline, toasts }: Pick<AppServices, "offline" | "toasts">): Promise<void> {
  if (offline === undefined || (await offline.applyUpdate())) return;
  const text =
    "Not updated: something is not saved on this computer yet. Download a copy of what is open, then try again.";
  showToast(toasts, text, { tone: "bad" });
}
