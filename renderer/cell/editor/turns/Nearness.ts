import type { Dispose } from "#shared/base/dispose.ts";

/** Beyond the screen, on each side: what is this near is made ready, so that scrolling meets finished cells. */
const NEAR = "900px 0px";

/** Tells cells when they come near the screen and when they are far from it. One observer for the notebook. */
export class Nearness {
  #observer: IntersectionObserver | undefined;
  readonly #watched = new Map<Element, (near: boolean) => void>();

  /** Calls back soon, and again at each change. */
  watch(element: Element, report: (near: boolean) => void): Dispose {
    this.#observer ??= new IntersectionObserver((entries) => this.#report(entries), { rootMargin: NEAR });
    this.#watched.set(element, report);
    this.#observer.observe(element);
    return () => {
      this.#observer?.unobserve(element);
      this.#watched.delete(element);
    };
  }

  dispose(): void {
    this.#observer?.disconnect();
    this.#watched.clear();
  }

  #report(entries: readonly IntersectionObserverEntry[]): void {
    for (const entry of entries) this.#watched.get(entry.target)?.(entry.isIntersecting);
  }
}
