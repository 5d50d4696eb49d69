/** What shows that somebody is at a page. */
const SIGNS_OF_LIFE = ["pointermove", "pointerdown", "keydown", "wheel", "touchstart"] as const;

/** Resolves when somebody touches `page` for the first time from now. Never, once `signal` is aborted before. */
export function firstSignOfLife(page: Pick<EventTarget, "addEventListener">, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const how = { capture: true, passive: true, once: true, ...(signal && { signal }) };
    for (const sign of SIGNS_OF_LIFE) page.addEventListener(sign, () => resolve(), how);
  });
}
