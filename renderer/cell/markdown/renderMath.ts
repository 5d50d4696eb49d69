// Loaded when the first formula is shown.

import katex from "katex";
import "katex/dist/katex.min.css";

/** Replaces TeX by formulas. A mistake in TeX is shown as the source, in red, with KaTeX's message. */
export function renderMath(elements: Iterable<HTMLElement>): void {
  for (const element of elements) {
    // Asked for twice before KaTeX had arrived.
    if (element.dataset["done"] !== undefined) continue;
    const display = element.dataset["math"] === "display";
    const options = { displayMode: display, throwOnError: false, trust: false, strict: false, maxExpand: 500 } as const;
    katex.render(element.textContent, element, options);
    element.dataset["done"] = "";
  }
}
