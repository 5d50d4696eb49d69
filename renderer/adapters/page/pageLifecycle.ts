import type { Dispose } from "#shared/base/dispose.ts";

/** When the page may be about to go: the last moments in which something can be stored. */
export interface PageLifecycle {
  /** Timers of a hidden page are slowed to a minute, and it may be ended without another event. */
  hidden(): boolean;
  /** Called each time the page is hidden, frozen or left. */
  onHide(listener: () => void): Dispose;
  /** Called when the page is left, perhaps for good: nothing asynchronous is finished any more. */
  onLeave(listener: () => void): Dispose;
}

export const browserPage: PageLifecycle = {
  hidden: () => document.visibilityState === "hidden",
  onHide: (listener) => {
    const onVisibility = (): void => {
      if (document.visibilityState === "hidden") listener();
    };
    document.addEventListener("visibilitychange", onVisibility);
    addEventListener("pagehide", listener);
    return () => {
      document.removeEventListener("visibilitychange", onVisibility);
      removeEventListener("pagehide", listener);
    };
  },
  onLeave: (listener) => {
    addEventListener("pagehide", listener);
    return () => removeEventListener("pagehide", listener);
  },
};
