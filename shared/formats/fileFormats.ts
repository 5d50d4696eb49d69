// The one door between files and notebooks.

import type * as Y from "yjs";
import { assertNever } from "../base/assertNever.ts";
import { BadInputError } from "../base/errors.ts";
import { contentHashOfText } from "../base/hash.ts";
import type { ContentHash } from "../base/ids.ts";
import { err, ok, type Result } from "../base/result.ts";
import { safeStem } from "./fileName.ts";
import type { ReadBody } from "./ipynb/outputs.ts";
import { readIpynb, type ReadNotebook } from "./ipynb/readIpynb.ts";
import { writeIpynb, type WrittenFile } from "./ipynb/writeIpynb.ts";
import { readMarkdown, writeMarkdown } from "./text/markdownFile.ts";
import { readPercent, writePercent } from "./text/percentFile.ts";

export const FILE_FORMATS = ["ipynb", "md", "py", "js"] as const;
export type FileFormat = (typeof FILE_FORMATS)[number];

/** Mime type of each format, for downloads and dialogs. */
export const MIME_OF_FORMAT: Readonly<Record<FileFormat, string>> = {
  ipynb: "application/x-ipynb+json",
  md: "text/markdown",
  py: "text/x-python",
  js: "text/javascript",
};

const FORMAT_OF_EXTENSION: Readonly<Record<string, FileFormat>> = {
  ipynb: "ipynb",
  md: "md",
  markdown: "md",
  py: "py",
  js: "js",
  mjs: "js",
};

/** Bytes of UTF-8 that a title may take in a file's name: systems take 255, and people like to add to them. */
const NAME_BYTES = 120;

/** The format that a file's name tells; undefined for a name of none of them. */
export function formatOf(fileName: string): FileFormat | undefined {
  const extension = /\.([A-Za-z]+)$/.exec(fileName)?.[1]?.toLowerCase() ?? "";
  return Object.hasOwn(FORMAT_OF_EXTENSION, extension) ? FORMAT_OF_EXTENSION[extension] : undefined;
}

/** A name under which a notebook can be saved on any system: `Lab 1.ipynb`. */
export function fileNameFor(title: string, extension: string): string {
  const stem = safeStem(title, { filler: "-", bytes: NAME_BYTES });
  return `${stem || "notebook"}.${extension}`;
}

export interface ImportedFile extends ReadNotebook {
  /**
   * What to author the document's first update by (`seedUpdate(seed, draft)`). It is the hash of the draft, not of the
   * file: two programs of different age may make different drafts of one file, and two different first updates under
   * one client id would spoil the document without a sign.
   */
  readonly seed: ContentHash;
}

/**
 * Reads a file of any format as a notebook. Pure: the same bytes give the same draft and seed; the name matters only
 * for its extension, and as the title of a notebook that names itself nowhere.
 */
export function importFile(
  name: string,
  bytes: Uint8Array,
  format: FileFormat | undefined = formatOf(name),
): Result<ImportedFile, BadInputError> {
  if (format === undefined) {
    const known = [...FILE_FORMATS, "meshbook"].map((one) => `.${one}`).join(", ");
    return err(new BadInputError(`this kind of file cannot be opened; known are ${known}`));
  }
  const read = readFormat(name, bytes, format);
  return read.ok ? ok({ ...read.value, seed: contentHashOfText(JSON.stringify(read.value.draft)) }) : read;
}

function readFormat(name: string, bytes: Uint8Array, format: FileFormat): Result<ReadNotebook, BadInputError> {
  switch (format) {
    case "ipynb":
      return readIpynb(bytes, name);
    case "md":
      return readMarkdown(bytes, name);
    case "py":
      return readPercent(bytes, "python", name);
    case "js":
      return readPercent(bytes, "javascript", name);
    default:
      return assertNever(format);
  }
}

/**
 * The notebook as a file of any format. `readBody` finds the JSON text of outputs that are not in the document; only
 * `.ipynb` holds outputs.
 */
export function exportFile(doc: Y.Doc, format: FileFormat, readBody: ReadBody): WrittenFile {
  switch (format) {
    case "ipynb":
      return writeIpynb(doc, readBody);
    case "md":
      return writeMarkdown(doc);
    case "py":
      return writePercent(doc, "python");
    case "js":
      return writePercent(doc, "javascript");
    default:
      return assertNever(format);
  }
}
