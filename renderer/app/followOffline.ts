import type { Dispose } from "#shared/base/dispose.ts";
import type { OfflineApp } from "../pwa/registerServiceWorker.ts";
import { takeUpdate } from "../pwa/takeUpdate.ts";
import { showToast } from "../state/toasts.ts";
import type { AppServices } from "./appServices.ts";

/** Offers a newer build when one is here. Not taken, it is used from the next start. */
export function followOffline(offline: OfflineApp, services: AppServices): Dispose {
  const offer = (): void => {
    if (offline.state.get() !== "update-waiting") return;
    const run = (): void => void takeUpdate(services);
    showToast(services.toasts, "A newer Meshbook is here", { action: { label: "Use it now", run } });
  };
  offer();
  return offline.state.subscribe(offer);
}
