import DOMPurify from "dompurify";
import { cleanedHtml, cleaningPolicy } from "../../adapters/trusted.ts";

export interface FrameContent {
  readonly html: string;
  readonly kind: "html" | "svg";
}

/** Nothing from the network: an image address would tell its owner who reads this notebook, and when. */
const POLICY =
  "default-src 'none'; img-src data: blob:; media-src data: blob:; font-src data:; style-src 'unsafe-inline'";

const STYLE = `
html { background: transparent; overflow: hidden; }
body { margin: 0; padding: 1px 0; display: flow-root; overflow-x: auto; color: var(--ink);
  font: 14px/1.5 var(--font); overflow-wrap: anywhere; }
a { color: var(--accent); }
img, svg, video { max-width: 100%; height: auto; }
pre, code { font-family: var(--mono); font-size: 13px; }
table { border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums; }
th, td { padding: 6px 12px; border: 0; border-bottom: 1px solid var(--line); text-align: right; overflow-wrap: normal; }
th { color: var(--ink-2); font-weight: 600; }
tbody tr:hover { background: var(--hover); }
`;

let made: typeof DOMPurify | undefined;

/** The document of an output frame. */
export function frameDocument({ html, kind }: FrameContent): string {
  const clean = cleaner().sanitize(html, {
    ...(kind === "svg" ? { USE_PROFILES: { svg: true, svgFilters: true } } : {}),
    // Without this a leading <style> is dropped.
    FORCE_BODY: true,
    TRUSTED_TYPES_POLICY: cleaningPolicy,
    FORBID_TAGS: ["form", "input", "button", "select", "textarea", "iframe", "object", "embed", "base", "meta", "link"],
  });
  return cleanedHtml(documentOf(`<meta http-equiv="Content-Security-Policy" content="${POLICY}">`, clean));
}

/** The same with its scripts, and as it came: for a frame of an opaque origin and for no other place. */
export const scriptDocument = (html: string): string => documentOf("", html);

const documentOf = (head: string, body: string): string =>
  `<!doctype html><html><head><meta charset="utf-8">${head}<style>${STYLE}</style></head><body>${body}</body></html>`;

/** Links open nothing by themselves, as the sandbox forbids new windows: the page opens them (connectFrame.ts). */
function cleaner(): typeof DOMPurify {
  if (made !== undefined) return made;
  made = DOMPurify(window);
  made.addHook("afterSanitizeAttributes", (node) => {
    if (node.hasAttribute("href")) node.setAttribute("target", "_blank");
  });
  return made;
}
