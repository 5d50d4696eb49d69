// An output whose scripts its reader allowed. They run in this document and can reach what this program has, but that is
// a port on which the app takes nothing but a height from them.

import type { FrameDress } from "#shared/contracts/page/runnerFrame.ts";

/** Makes this frame the output; `report` gets its height whenever that changes. */
export function show(page: string, look: FrameDress, report: (height: number) => void): void {
  document.open();
  // oxlint-disable-next-line typescript/no-deprecated -- nothing else makes a page whose scripts run in order.
  document.write(page);
  document.close();
  dress(look);
  const { body } = document;
  new ResizeObserver(() => report(Math.ceil(body.getBoundingClientRect().height))).observe(body);
}

export function dress({ tokens, colorScheme }: FrameDress): void {
  const { style } = document.documentElement;
  for (const [token, value] of Object.entries(tokens)) style.setProperty(token, value);
  style.colorScheme = colorScheme;
}
