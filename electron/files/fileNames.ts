import { extname } from "node:path";

/** Longest name offered, in UTF-8 bytes: every file system takes 255, and dialogs and archives like to add to it. */
const NAME_BYTES = 200;
const FALLBACK = "Untitled";
/** Forbidden in names by some system; and characters that are not seen, or turn the text round to fake an extension. */
// oxlint-disable-next-line no-control-regex -- reason: control characters are what is looked for.
const FORBIDDEN = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff<>:"/\\|?*]+/g;
/** Names that are devices on Windows, with any extension. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** What a dialog shows as the kinds of file it offers. */
export interface FileFilter {
  readonly name: string;
  readonly extensions: string[];
}

/**
 * A name for a file, made of one that the page suggests (a notebook's title, which anybody in the room may have
 * written): no folder, no device, nothing hidden, the extension kept.
 */
export function safeFileName(suggested: string): string {
  const clean = suggested
    .normalize("NFC")
    .replace(FORBIDDEN, "-")
    .replace(/^[.\s-]+/, "")
    .replace(/[.\s]+$/, "");
  if (clean === "") return FALLBACK;
  const named = DEVICE.test(clean) ? `_${clean}` : clean;
  const extension = extname(named).slice(0, 20);
  return cut(named.slice(0, named.length - extension.length), NAME_BYTES - Buffer.byteLength(extension)) + extension;
}

/** At most `bytes` bytes of UTF-8, cut between characters. */
function cut(text: string, bytes: number): string {
  let kept = "";
  let size = 0;
  for (const character of text) {
    size += Buffer.byteLength(character);
    if (size > bytes) break;
    kept += character;
  }
  return kept;
}

const LABELS: Readonly<Record<string, string>> = {
  meshbook: "Meshbook file",
  ipynb: "Jupyter notebook",
  md: "Markdown",
  py: "Python script",
  js: "JavaScript",
};

/** What an open dialog offers: all given kinds at once, or any file, because extensions are often missing or wrong. */
export function openFilters(extensions: readonly string[]): FileFilter[] {
  const all = { name: "All files", extensions: ["*"] };
  return extensions.length === 0 ? [all] : [{ name: "Notebooks", extensions: [...extensions] }, all];
}

/** What a save dialog offers: the kind that the name has, which the system adds again if it is deleted. */
export function saveFilters(name: string): FileFilter[] {
  const extension = extname(name).slice(1).toLowerCase();
  if (extension === "") return [];
  const label = Object.hasOwn(LABELS, extension) ? LABELS[extension] : undefined;
  return [{ name: label ?? `${extension.toUpperCase()} file`, extensions: [extension] }];
}
