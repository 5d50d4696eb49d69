// Markdown files: a fence in a programming language is a code cell, what stands between is prose. Where prose cannot
// stand bare (it holds such a fence, or would run into its neighbour) it is put between the region comments of jupytext.

import type * as Y from "yjs";
import type { BadInputError } from "../../base/errors.ts";
import { ok, type Result } from "../../base/result.ts";
import { decodeFile } from "../decodeFile.ts";
import { normalSource } from "../ipynb/lines.ts";
import type { ReadNotebook } from "../ipynb/readIpynb.ts";
import type { WrittenFile } from "../ipynb/writeIpynb.ts";
import { writeOptions } from "./cellOptions.ts";
import { readHeader } from "./header.ts";
import { escapeMarks, isCellLanguage, isMark, readMarkdownCells } from "./markdownCells.ts";
import { toReadNotebook, toTextNotebook, type TextCell } from "./textNotebook.ts";

/** Of a Markdown file without code. */
const DEFAULT_LANGUAGE = "javascript";

/** Reads Markdown as a notebook. Any UTF-8 text is one. */
export function readMarkdown(bytes: Uint8Array, fileName = ""): Result<ReadNotebook, BadInputError> {
  const decoded = decodeFile(bytes);
  if (!decoded.ok) return decoded;
  const lines = normalSource(decoded.value.text).split("\n");
  if (lines.at(-1) === "") lines.pop();
  const { header, body } = splitHeader(lines);
  const own = header === undefined ? undefined : readHeader(header).language;
  const cells = readMarkdownCells(body, own);
  const language = own ?? cells.find(({ kind }) => kind === "code")?.language ?? DEFAULT_LANGUAGE;
  const plain = cells.map((cell) => (cell.language === language ? { ...cell, language: undefined } : cell));
  return ok(toReadNotebook({ header, language, cells: plain }, fileName));
}

/** The notebook as Markdown. Outputs and attachments are left out, with a warning. */
export function writeMarkdown(doc: Y.Doc): WrittenFile {
  const { notebook, warnings } = toTextNotebook(doc, "Markdown");
  const head = notebook.header === undefined ? "" : `---\n${notebook.header}\n---\n\n`;
  let text = head;
  let before: "start" | "bare" | "closed" = "start";
  for (const cell of notebook.cells) {
    const bare: boolean = cell.kind === "markdown" && isBare(cell, before === "start" && head === "");
    const gap = before === "start" ? "" : before === "bare" && bare ? "\n\n" : "\n";
    text += `${gap}${bare ? cell.source : writeCell(cell, notebook.language)}\n`;
    before = bare ? "bare" : "closed";
  }
  return { text, bytes: new TextEncoder().encode(text), warnings };
}

function splitHeader(lines: readonly string[]): {
  readonly header: string | undefined;
  readonly body: readonly string[];
} {
  const end = lines[0] === "---" ? lines.indexOf("---", 1) : -1;
  if (end < 0) return { header: undefined, body: lines };
  return { header: lines.slice(1, end).join("\n"), body: lines.slice(end + 1) };
}

/** True if prose can stand as it is: read back, it is this one cell, and what follows it is another. */
function isBare({ source, metadata }: TextCell, first: boolean): boolean {
  if (writeOptions(metadata) !== "" || (first && source.startsWith("---"))) return false;
  const lines = `${source}\n\n\nnext`.split("\n");
  if (lines.some(isMark)) return false;
  const cells = readMarkdownCells(lines, undefined);
  return cells.length === 2 && cells[0]?.kind === "markdown" && cells[0].source === source;
}

function writeCell(cell: TextCell, notebookLanguage: string): string {
  const lines = cell.source === "" ? [] : cell.source.split("\n");
  if (cell.kind === "code") return writeCode(cell, lines, cell.language ?? notebookLanguage);
  const [open, close] = cell.kind === "raw" ? ["raw", "endraw"] : ["region", "endregion"];
  const mark = ["<!-- #" + open, writeOptions(cell.metadata), "-->"].filter((part) => part !== "").join(" ");
  return [mark, ...lines.map(escapeMarks), `<!-- #${close} -->`].join("\n");
}

function writeCode(cell: TextCell, lines: readonly string[], language: string): string {
  let longest = 2;
  for (const [ticks] of cell.source.matchAll(/`+/g)) longest = Math.max(longest, ticks.length);
  const fence = "`".repeat(longest + 1);
  const known = isCellLanguage(language, undefined);
  const options = writeOptions({ ...cell.metadata, ...(!known && { cell: true }) });
  return [`${fence}${language}${options === "" ? "" : ` ${options}`}`, ...lines, fence].join("\n");
}
