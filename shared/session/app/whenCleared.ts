import type { Readable } from "../../base/value.ts";
import { STORAGE_CLEARED } from "../../ports/DocSource.ts";
import type { SyncView } from "../views.ts";

/** Calls `act` once, when this device's storage of the document was found cleared while it was open. */
export function whenCleared(sync: Readable<SyncView>, act: () => void): void {
  const stop = sync.subscribe(() => {
    const cleared = sync.get().sources.some(({ kind, status }) => {
      return kind === "disk" && status.state === "connected" && status.warning?.code === STORAGE_CLEARED;
    });
    if (!cleared) return;
    stop();
    act();
  });
}
