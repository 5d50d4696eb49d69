// What cells write to be shown as more than text: html`…`, svg`…`, md`…`, image(…). Values put into a template are
// escaped, so that data never becomes markup by accident; what is itself marked goes in as it is.

/** Markup the author of a cell vouches for. It is shown in a sandboxed frame all the same. */
export class RichText {
  readonly mime: "text/html" | "image/svg+xml" | "text/markdown";
  readonly text: string;

  constructor(mime: RichText["mime"], text: string) {
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
  (mime: RichText["mime"], escape: (text: string) => string): RichTag =>
  (parts, ...values) => {
    if (typeof parts === "string") return new RichText(mime, parts);
    const put = (value: unknown): string => {
      if (value instanceof RichText) return accepts(mime, value) ? value.text : escape(value.text);
      if (Array.isArray(value)) return value.map(put).join("");
      return value === undefined || value === null || value === false ? "" : escape(textOf(value));
    };
    const text = parts.map((part, index) => (index < values.length ? part + put(values[index]) : part)).join("");
    return new RichText(mime, mime === "text/markdown" ? dedent(text) : text);
  };

/** Markdown indented like the code around it would be a code block: what all lines share is taken away. */
function dedent(text: string): string {
  const lines = text.split("\n");
  const indents = lines.slice(1).flatMap((line) => (line.trim() === "" ? [] : [line.length - line.trimStart().length]));
  const shared = Math.min(...indents);
  if (!Number.isFinite(shared)) return text;
  return lines.map((line, index) => (index === 0 ? line : line.slice(shared))).join("\n");
}

/** Markdown may hold markup of any kind; markup holds no Markdown. */
const accepts = (mime: RichText["mime"], value: RichText): boolean =>
  mime === "text/markdown" || value.mime !== "text/markdown";

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

export const html: RichTag = tag("text/html", escapeMarkup);
export const svg: RichTag = tag("image/svg+xml", escapeMarkup);
export const md: RichTag = tag("text/markdown", escapeMarkdown);

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
