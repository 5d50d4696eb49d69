import type { FrameDress } from "#shared/contracts/page/runnerFrame.ts";
import type { Dispose } from "#shared/base/dispose.ts";

/** Tokens the frame's style uses; the frame is a document of its own and does not inherit them. */
const TOKENS = ["--ink", "--ink-2", "--line", "--hover", "--accent", "--font", "--mono"];

/** Tells how a frame should look so that it looks like the page: now, and whenever the page's colours change. */
export function followDress(frame: HTMLIFrameElement, tell: (dress: FrameDress) => void): Dispose {
  const read = (): void => {
    const style = getComputedStyle(frame);
    const tokens = Object.fromEntries(TOKENS.map((token) => [token, style.getPropertyValue(token)]));
    // The same scheme inside and outside: else the browser paints the frame's canvas opaque.
    tell({ tokens, colorScheme: frame.style.colorScheme });
  };
  read();
  const scheme = new MutationObserver(read);
  scheme.observe(frame, { attributeFilter: ["data-scheme"] });
  const system = matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", read);
  return () => {
    scheme.disconnect();
    system.removeEventListener("change", read);
  };
}
