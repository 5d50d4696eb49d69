// Markdown may come from a stranger: whatever HTML is in it is cleaned. Formulas are filled in after cleaning, by KaTeX,
// which makes its own safe HTML; so the cleaner need not let mathematics' markup through.

import DOMPurify, { type Config } from "dompurify";
import { Marked } from "marked";
import { cleaningPolicy } from "../../adapters/trusted.ts";
import { mathExtension } from "./mathTokens.ts";

const marked = new Marked({ gfm: true }, mathExtension, {
  renderer: {
    // Not an input: nothing can be ticked in formatted text.
    checkbox: ({ checked }) => (checked ? "☑ " : "☐ "),
  },
});

const CLEAN: Config = {
  USE_PROFILES: { html: true },
  // Styles and classes of our own could lay text over the page's controls.
  FORBID_TAGS: ["style", "form", "input", "button", "select", "textarea", "dialog", "video", "audio"],
  FORBID_ATTR: ["style", "id", "name", "tabindex", "hidden"],
  ALLOW_ARIA_ATTR: false,
  ALLOW_DATA_ATTR: false,
  ADD_ATTR: ["data-math"],
  TRUSTED_TYPES_POLICY: cleaningPolicy,
};

/** Safe HTML of Markdown. Formulas stand in elements with `data-math`, as TeX. */
export function renderMarkdown(source: string): string {
  const purify = cleaner();
  return purify.sanitize(marked.parse(source, { async: false }), CLEAN);
}

let made: typeof DOMPurify | undefined;

/** A cleaner of our own: hooks of DOMPurify's shared one would also act on output frames. */
function cleaner(): typeof DOMPurify {
  if (made !== undefined) return made;
  made = DOMPurify(window);
  made.addHook("afterSanitizeAttributes", (node) => {
    const language = /^language-[\w+-]+$/.exec(node.className)?.[0];
    if (language === undefined) node.removeAttribute("class");
    if (node.tagName === "A" && node.hasAttribute("href")) {
      node.setAttribute("target", "_blank");
      node.setAttribute("rel", "noopener noreferrer");
    }
    // A wide table scrolls by itself, which the keyboard must reach.
    if (node.tagName === "TABLE") node.setAttribute("tabindex", "0");
    if (node.tagName === "IMG") {
      node.setAttribute("referrerpolicy", "no-referrer");
      node.setAttribute("loading", "lazy");
    }
  });
  return made;
}
