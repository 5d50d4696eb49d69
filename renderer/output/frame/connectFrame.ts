import type { Dispose } from "#shared/base/dispose.ts";

/** Tokens the frame's style uses; the frame is a document of its own and does not inherit them. */
const TOKENS = ["--ink", "--ink-2", "--line", "--hover", "--accent", "--font", "--mono"];

/** Gives a loaded frame our colours, reports its height, and handles its links, which it cannot follow itself. */
export function connectFrame(frame: HTMLIFrameElement, report: (height: number) => void): Dispose {
  const inner = frame.contentDocument;
  if (inner === null) return () => {};
  const root = inner.documentElement;
  const dress = (): void => {
    const style = getComputedStyle(frame);
    for (const token of TOKENS) root.style.setProperty(token, style.getPropertyValue(token));
    // The same scheme inside and outside: else the browser paints the frame's canvas opaque.
    root.style.colorScheme = frame.style.colorScheme;
  };
  dress();
  const scheme = new MutationObserver(dress);
  scheme.observe(frame, { attributeFilter: ["data-scheme"] });
  const system = matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", dress);
  const size = new ResizeObserver(() => report(Math.ceil(inner.body.getBoundingClientRect().height)));
  size.observe(inner.body);
  inner.addEventListener("click", followLink);
  // A click leaves the keyboard in the frame, where no command would be heard; selecting text keeps it there for copying.
  const giveBack = (): void => {
    if (inner.getSelection()?.isCollapsed !== false) frame.closest<HTMLElement>("[data-cell]")?.focus();
  };
  inner.addEventListener("mouseup", giveBack);
  return () => {
    scheme.disconnect();
    system.removeEventListener("change", dress);
    size.disconnect();
  };
}

function followLink(event: MouseEvent): void {
  // Elements of the frame are of another realm: instanceof would say no.
  const target = event.composedPath().find((item) => (item as Partial<HTMLAnchorElement>).href !== undefined); // reason: only asked for a field
  if (target === undefined) return;
  event.preventDefault();
  // reason: see above; `href` may be an SVGAnimatedString, which is no string.
  const href: unknown = (target as HTMLAnchorElement).href;
  if (typeof href === "string" && /^https?:/.test(href)) window.open(href, "_blank", "noopener,noreferrer");
}
