// What cells write to be shown as more than text: html`…`, svg`…`, md`…`, tex`…`, mermaid`…`, image(…). Values put into a
// template are escaped, so that data never becomes markup by accident; what is itself marked goes in as it is.

export type RichMime = "text/html" | "image/svg+xml" | "text/markdown" | "text/latex" | "text/vnd.mermaid";

/** Markup the author of a cell vouches for. It is shown in a sandboxed frame all the same. */
export class RichText {
  readonly mime: RichMime;
  readonly text: string;

  constructor(mime: RichMime, text: string) {
    this.mime = mime;
    this.text = text;
  }
}

/** A picture's bytes; encoded when it is shown. */
export class RichImage {
  readonly mime: string;
  readonly bytes: Uint8Array;

  constructor(mime: string, bytes: Uint8Array) {
    this.mime = mime;
    this.bytes = bytes;
  }
}

/** As a template tag it escapes what is put in; called with a text, it marks that text. */
export type RichTag = (parts: TemplateStringsArray | string, ...values: readonly unknown[]) => RichText;

const tag =
  (mime: RichMime): RichTag =>
  (parts, ...values) => {
    if (typeof parts === "string") return new RichText(mime, parts);
    // In TeX and in diagrams a backslash is a backslash.
    const { text } = fillIn(mime, isRaw(mime) ? parts.raw : parts, values);
    return new RichText(mime, mime === "text/markdown" ? dedent(text) : text);
  };

const isRaw = (mime: RichMime): boolean => mime === "text/latex" || mime === "text/vnd.mermaid";

/**
 * The rule for values that are put into markup, in cells of text and in tagged templates alike: a value is data. Its text
 * is escaped for the markup around it, so that it shows as it is, whatever is in it. Markup goes in as it is only if it is
 * marked as such, by one of the tags, and means something there: HTML and SVG in HTML, SVG, and Markdown; Markdown in
 * Markdown; TeX in TeX; Mermaid in Mermaid. The items of a list go in one after the other; `undefined`, `null` and
 * `false` are nothing.
 */
export function fillIn(mime: RichMime, parts: readonly string[], values: readonly unknown[]): RichText {
  const escape = ESCAPES[mime];
  const put = (value: unknown): string => {
    if (value instanceof RichText) return accepts(mime, value) ? value.text : escape(value.text);
    if (Array.isArray(value)) return value.map(put).join("");
    return value === undefined || value === null || value === false ? "" : escape(textOf(value));
  };
  const text = parts.map((part, index) => (index < values.length ? part + put(values[index]) : part)).join("");
  return new RichText(mime, text);
}

/** Markdown indented like the code around it would be a code block: what all lines share is taken away. */
function dedent(text: string): string {
  const lines = text.split("\n");
  const indents = lines.slice(1).flatMap((line) => (line.trim() === "" ? [] : [line.length - line.trimStart().length]));
  const shared = Math.min(...indents);
  if (!Number.isFinite(shared)) return text;
  return lines.map((line, index) => (index === 0 ? line : line.slice(shared))).join("\n");
}

const isMarkup = (mime: RichMime): boolean => mime === "text/html" || mime === "image/svg+xml";

const accepts = (mime: RichMime, value: RichText): boolean =>
  mime === value.mime || (isMarkup(value.mime) && (isMarkup(mime) || mime === "text/markdown"));

const textOf = (value: unknown): string => (typeof value === "symbol" ? value.toString() : String(value));

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "`": "&#96;",
};
const escapeMarkup = (text: string): string => text.replace(/[&<>"'`]/g, (char) => ENTITIES[char] ?? char);
const escapeMarkdown = (text: string): string =>
  text.replace(/[\\`*_{}[\]()#+\-.!|~$<>&]/g, (char) => ENTITIES[char === "`" ? "" : char] ?? `\\${char}`);

/** Characters that mean something in TeX, in its text mode. */
const IN_TEX: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "^": "\\textasciicircum{}",
  "~": "\\textasciitilde{}",
  "\n": " ",
};
/** A number is mathematics, all else is words. */
const escapeTex = (text: string): string =>
  /^-?\d+(\.\d+)?$/.test(text)
    ? text
    : `\\text{${text.replace(/[\\^~\n{}$&#_%]/g, (char) => IN_TEX[char] ?? `\\${char}`)}}`;

/** By number, as Mermaid writes characters: whatever is no letter or digit may mean something in one of its diagrams. */
const escapeMermaid = (text: string): string =>
  text.replace(/[^\p{L}\p{M}\p{N} .,]/gu, (char) => (char === "\n" ? " " : `#${char.codePointAt(0)};`));

const ESCAPES: Readonly<Record<RichMime, (text: string) => string>> = {
  "text/html": escapeMarkup,
  "image/svg+xml": escapeMarkup,
  "text/markdown": escapeMarkdown,
  "text/latex": escapeTex,
  "text/vnd.mermaid": escapeMermaid,
};

export const html: RichTag = tag("text/html");
export const svg: RichTag = tag("image/svg+xml");
export const md: RichTag = tag("text/markdown");
export const tex: RichTag = tag("text/latex");
export const mermaid: RichTag = tag("text/vnd.mermaid");

const IMAGE_MIMES: readonly string[] = ["image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml"];

/** A picture from its bytes (PNG, JPEG, GIF, WebP or SVG); the kind is recognised if it is not given. */
export function image(source: Uint8Array | ArrayBuffer, mime?: string): RichImage {
  if (!(source instanceof Uint8Array) && !(source instanceof ArrayBuffer)) {
    throw new TypeError("image() needs the bytes of a picture: a Uint8Array or an ArrayBuffer");
  }
  const bytes = source instanceof ArrayBuffer ? new Uint8Array(source) : source;
  const kind = mime ?? recognise(bytes);
  if (kind === undefined || !IMAGE_MIMES.includes(kind)) {
    throw new TypeError(`image() shows ${IMAGE_MIMES.join(", ")}; these bytes are ${kind ?? "none of them"}`);
  }
  return new RichImage(kind, bytes);
}

function recognise(bytes: Uint8Array): string | undefined {
  const head = String.fromCharCode(...bytes.subarray(0, 256));
  if (head.startsWith("\x89PNG")) return "image/png";
  if (head.startsWith("\xff\xd8\xff")) return "image/jpeg";
  if (head.startsWith("GIF8")) return "image/gif";
  if (head.startsWith("RIFF") && head.startsWith("WEBP", 8)) return "image/webp";
  return /^\s*<(\?xml|svg|!--)/.test(head) ? "image/svg+xml" : undefined;
}
