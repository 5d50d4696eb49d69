import type { Dispose } from "#shared/base/dispose.ts";
import { followDress } from "./frameDress.ts";

/** Gives a loaded frame our colours, reports its height, and handles its links, which it cannot follow itself. */
export function connectFrame(frame: HTMLIFrameElement, report: (height: number) => void): Dispose {
  const inner = frame.contentDocument;
  if (inner === null) return () => {};
  const root = inner.documentElement;
  const undress = followDress(frame, ({ tokens, colorScheme }) => {
    for (const [token, value] of Object.entries(tokens)) root.style.setProperty(token, value);
    root.style.colorScheme = colorScheme;
  });
  const size = new ResizeObserver(() => report(Math.ceil(inner.body.getBoundingClientRect().height)));
  size.observe(inner.body);
  inner.addEventListener("click", followLink);
  // A click leaves the keyboard in the frame, where no command would be heard; selecting text keeps it there for copying.
  const giveBack = (): void => {
    if (inner.getSelection()?.isCollapsed !== false) frame.closest<HTMLElement>("[data-cell]")?.focus();
  };
  inner.addEventListener("mouseup", giveBack);
  return () => {
    undress();
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
