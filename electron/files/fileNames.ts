import { extname } from "node:path";
import { cutText, safeStem } from "#shared/formats/fileName.ts";

/** Longest name offered, in UTF-8 bytes: every file system takes 255, and dialogs and archives like to add to it. */
const NAME_BYTES = 200;
const FALLBACK = "Untitled";

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
  const named = safeStem(suggested, { filler: "-", bytes: suggested.length * 4 });
  if (named === "") return FALLBACK;
  const extension = extname(named).slice(0, 20);
  const stem = named.slice(0, named.length - extension.length);
  return cutText(stem, NAME_BYTES - Buffer.byteLength(extension)) + extension;
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
