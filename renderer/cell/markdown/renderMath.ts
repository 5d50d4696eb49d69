// Loaded when the first formula is shown.

import katex from "katex";
import "katex/dist/katex.min.css";

/** What a formula may do. */
const LIMITS = { trust: false, strict: false, maxExpand: 500 } as const;

/** Replaces TeX by formulas. A mistake in TeX is shown as the source, in red, and KaTeX's message behind it. */
export function renderMath(elements: Iterable<HTMLElement>): void {
  for (const element of elements) {
    // Asked for twice before KaTeX had arrived.
    if (element.dataset["done"] !== undefined) continue;
    const display = element.dataset["math"] === "display";
    const options = { displayMode: display, throwOnError: false, errorColor: "var(--bad)", ...LIMITS } as const;
    katex.render(element.textContent, element, options);
    sayMistake(element);
    element.dataset["done"] = "";
  }
}

/** KaTeX has it in a tooltip alone, which fingers and keys do not reach. */
function sayMistake(element: HTMLElement): void {
  const wrong = element.querySelector<HTMLElement>(".katex-error");
  if (wrong === null) return;
  const message = document.createElement("small");
  message.className = "math-mistake";
  message.textContent = wrong.title.replace(/^(?:ParseError: )?KaTeX parse error: /, "");
  wrong.title = "";
  wrong.after(message);
}
