type PageListener = (type: "beforeunload" | "pagehide", listener: () => void) => void;

/** The page's events, where there is a page. */
export function pageEvents(): { addEventListener?: PageListener; removeEventListener?: PageListener } {
  // reason: `shared` has no page; whether the global has these methods is asked where they are called.
  return globalThis as { addEventListener?: PageListener; removeEventListener?: PageListener };
}
