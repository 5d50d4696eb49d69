import { seconds, type Milliseconds } from "#shared/base/units.ts";
import { Value, type Readable } from "#shared/base/value.ts";
import { SERVICE_WORKER_PATH, TAKE_OVER } from "#shared/contracts/page/serviceWorker.ts";
import { ownProgram } from "../adapters/trusted.ts";

/**
 * `none`: the app needs its host to start (a plain http page, the desktop app, or not installed yet). `ready-offline`: it
 * starts without. `update-waiting`: so it does, and a newer build is here; it is used from the next start, or now by
 * `applyUpdate`.
 */
export type OfflineState = "none" | "ready-offline" | "update-waiting";

export interface OfflineApp {
  readonly state: Readable<OfflineState>;
  /**
   * Saves everything, then starts the newer build in this tab. Gives false, and does nothing, if something could not be
   * saved; does nothing if there is no newer build.
   */
  applyUpdate(): Promise<boolean>;
}

export interface OfflineAppOptions {
  /** `navigator.serviceWorker`: undefined on plain http pages. Give undefined in the desktop app, too. */
  readonly container: ServiceWorkerContainer | undefined;
  /** Saves what is open. False, if something could not be saved: then there is no reload. */
  readonly save: () => Promise<boolean>;
  readonly reload: () => void;
  /** Resolves when the first visit may install: that fetches all files, which the page must not wait behind. At once if missing. */
  readonly when?: () => Promise<void>;
}

/** A page that is never closed asks its host this often whether there is a newer build. */
const UPDATE_CHECK: Milliseconds = seconds(60 * 60);

/** Installs the service worker and follows it. Never throws: an app that needs its host to start is still an app. */
export function registerServiceWorker({ container, save, reload, when }: OfflineAppOptions): OfflineApp {
  const state = new Value<OfflineState>("none");
  let registration: ServiceWorkerRegistration | undefined;
  const look = (): void => {
    if (registration?.active === null || registration === undefined) return;
    state.set(registration.waiting ? "update-waiting" : "ready-offline");
  };
  const follow = (found: ServiceWorkerRegistration): void => {
    registration = found;
    const onFound = (): void => found.installing?.addEventListener("statechange", look);
    found.addEventListener("updatefound", onFound);
    onFound();
    look();
    // Offline, this fails, and the next one will do.
    setInterval(() => void found.update().catch(() => undefined), UPDATE_CHECK);
  };
  container?.addEventListener("controllerchange", look);
  const install = async (): Promise<void> => {
    if (container === undefined) return;
    if (container.controller === null) await when?.();
    // The script itself is always fetched past the browser's cache: it is how an update is noticed.
    follow(await container.register(ownProgram(SERVICE_WORKER_PATH), { updateViaCache: "none" }));
  };
  // Refused (private window, storage off) or the host sent something else: `none` says so.
  install().catch(() => undefined);
  return {
    state,
    applyUpdate: async () => {
      const waiting = registration?.waiting;
      if (!waiting) return true;
      if (!(await save())) return false;
      container?.addEventListener("controllerchange", reload, { once: true });
      waiting.postMessage(TAKE_OVER);
      return true;
    },
  };
}
