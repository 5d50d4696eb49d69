import type { Dispose } from "#shared/base/dispose.ts";
import type { OfflineApp } from "../pwa/registerServiceWorker.ts";
import { showToast, type Toasts } from "../state/toasts.ts";

/** Offers a newer build when one is here. Not taken, it is used from the next start. */
export function followOffline(offline: OfflineApp, toasts: Toasts): Dispose {
  const offer = (): void => {
    if (offline.state.get() !== "update-waiting") return;
    const run = (): void => void offline.applyUpdate();
    showToast(toasts, "A newer Meshbook is here", { action: { label: "Use it now", run } });
  };
  offer();
  return offline.state.subscribe(offer);
}
