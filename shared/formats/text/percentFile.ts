// Python and JavaScript files in the percent format of jupytext, VS Code and Spyder: `# %%` begins a code cell,
// `# %% [markdown]` a text cell in comments, options follow as `key=value`. A line of a cell that would read as a marker
// gets one more comment sign, which reading takes away again. Magic commands (`%matplotlib`) stay as they are.

import type * as Y from "yjs";
import type { BadInputError } from "../../base/errors.ts";
import { ok, type Result } from "../../base/result.ts";
import type { CellKind } from "../../notebook/cell.ts";
import { decodeFile } from "../decodeFile.ts";
import { normalSource } from "../ipynb/lines.ts";
import type { ReadNotebook } from "../ipynb/readIpynb.ts";
import type { WrittenFile } from "../ipynb/writeIpynb.ts";
import { readOptions, writeOptions } from "./cellOptions.ts";
import { toReadNotebook, toTextNotebook, type TextCell } from "./textNotebook.ts";

export type PercentLanguage = "python" | "javascript";

const COMMENT: Readonly<Record<PercentLanguage, string>> = { python: "#", javascript: "//" };
const KIND_OF_WORD: Readonly<Record<string, CellKind>> = { markdown: "markdown", md: "markdown", raw: "raw" };
/** A title that can stand before the options without being taken for one. */
const PLAIN_TITLE = /^[^[\]{}=\n]+$/;

/** Reads a script as a notebook. Any UTF-8 text is one: without markers it is one code cell. */
export function readPercent(
  bytes: Uint8Array,
  language: PercentLanguage,
  fileName = "",
): Result<ReadNotebook, BadInputError> {
  const decoded = decodeFile(bytes);
  if (!decoded.ok) return decoded;
  const format = percentFormat(language);
  const lines = normalSource(decoded.value.text).split("\n");
  if (lines.at(-1) === "") lines.pop();
  const { header, body } = splitHeader(lines, format);
  const cells = readCells(body, format);
  return ok(toReadNotebook({ header, language, cells }, fileName));
}

/** The notebook as a script. Outputs and attachments are left out, with a warning. */
export function writePercent(doc: Y.Doc, language: PercentLanguage): WrittenFile {
  const { notebook, warnings } = toTextNotebook(doc, language === "python" ? "Python" : "JavaScript");
  const format = percentFormat(language);
  const header = notebook.header?.split("\n").map((line) => comment(line, format)) ?? [];
  const head = header.length > 0 ? [`${format.sign} ---`, ...header, `${format.sign} ---`, ""] : [];
  const cells = notebook.cells.map((cell) =>
    writeCell({ ...cell, language: cell.language ?? notebook.language }, format),
  );
  const body = cells.flatMap((lines, index) => (index === 0 ? lines : ["", ...lines]));
  const text = [...head, ...body].map((line) => `${line}\n`).join("");
  return { text, bytes: new TextEncoder().encode(text), warnings };
}

interface PercentFormat {
  readonly language: PercentLanguage;
  readonly sign: string;
  readonly marker: RegExp;
  /** A line that is a marker, or one that was escaped. */
  readonly escapable: RegExp;
  readonly escaped: RegExp;
}

function percentFormat(language: PercentLanguage): PercentFormat {
  const sign = COMMENT[language];
  return {
    language,
    sign,
    marker: new RegExp(`^${sign} ?%%+(?:\\s+(.*))?$`),
    escapable: new RegExp(`^(?:${sign} )*${sign} ?%%+(?:\\s|$)`),
    escaped: new RegExp(`^${sign} (?:${sign} )*${sign} ?%%+(?:\\s|$)`),
  };
}

function splitHeader(
  lines: readonly string[],
  format: PercentFormat,
): { readonly header: string | undefined; readonly body: readonly string[] } {
  const fence = `${format.sign} ---`;
  const end = lines[0] === fence ? lines.indexOf(fence, 1) : -1;
  if (end < 0) return { header: undefined, body: lines };
  const header = lines.slice(1, end).map((line) => uncomment(line, format));
  return { header: header.join("\n"), body: lines.slice(lines[end + 1] === "" ? end + 2 : end + 1) };
}

function readCells(lines: readonly string[], format: PercentFormat): readonly TextCell[] {
  const starts = lines.flatMap((line, index) => (format.marker.test(line) ? [index] : []));
  const first = lines.slice(0, starts[0] ?? lines.length);
  const cells = first.some((line) => line.trim() !== "") ? [codeCell("", first, format)] : [];
  starts.forEach((start, index) => {
    const next = starts[index + 1];
    const content = lines.slice(start + 1, next ?? lines.length);
    if (next !== undefined && content.at(-1) === "") content.pop();
    cells.push(readCell(format.marker.exec(lines[start] ?? "")?.[1] ?? "", content, format));
  });
  return cells;
}

function readCell(mark: string, content: readonly string[], format: PercentFormat): TextCell {
  const [, before = "", word = "", after = ""] = /^(.*?)\[(\w+)\](.*)$/.exec(mark) ?? [];
  const kind = Object.hasOwn(KIND_OF_WORD, word) ? KIND_OF_WORD[word] : undefined;
  if (kind === undefined) return codeCell(mark, content, format);
  const { metadata, title } = readOptions(`${before} ${after}`);
  const lines = uncommentText(
    content.map((line) => unescape(line, format)),
    format,
  );
  return {
    kind,
    source: lines.join("\n"),
    metadata: title === "" ? metadata : { title, ...metadata },
    language: undefined,
  };
}

function codeCell(mark: string, content: readonly string[], format: PercentFormat): TextCell {
  const { metadata, title } = readOptions(mark);
  const { language, ...rest } = metadata;
  const other = typeof language === "string" && language !== format.language ? language : undefined;
  const lines = content.map((line) => unescape(line, format));
  return {
    kind: "code",
    source: (other === undefined ? lines : lines.map((line) => uncomment(line, format))).join("\n"),
    metadata: title === "" ? rest : { title, ...rest },
    language: other,
  };
}

function writeCell(cell: TextCell, format: PercentFormat): readonly string[] {
  const { title, ...rest } = cell.metadata;
  const plain = typeof title === "string" && title.trim() === title && PLAIN_TITLE.test(title);
  const foreign = cell.kind === "code" && cell.language !== format.language;
  const options = writeOptions({
    ...(!plain && title !== undefined && { title }),
    ...(foreign && cell.language !== undefined && { language: cell.language }),
    ...rest,
  });
  const kind = cell.kind === "code" ? "" : `[${cell.kind}]`;
  const mark = [`${format.sign} %%`, plain ? title : "", kind, options].filter((part) => part !== "").join(" ");
  const lines = cell.source === "" ? [] : cell.source.split("\n");
  const shown = cell.kind === "code" && !foreign ? lines : lines.map((line) => comment(line, format));
  return [mark, ...shown.map((line) => (format.escapable.test(line) ? `${format.sign} ${line}` : line))];
}

/** The lines of a text cell: comments, or (in Python, by other tools) a text in triple quotes. */
function uncommentText(content: readonly string[], format: PercentFormat): readonly string[] {
  let end = content.length;
  while (end > 0 && content[end - 1]?.trim() === "") end--;
  const lines = content.slice(0, end);
  const quoted = /^r?("""|''')(.*)$/.exec(lines[0] ?? "");
  if (format.language !== "python" || quoted === null) return lines.map((line) => uncomment(line, format));
  const [, quotes = "", rest = ""] = quoted;
  const inner = [rest, ...lines.slice(1)];
  const last = inner.at(-1)?.trimEnd() ?? "";
  if (!last.endsWith(quotes)) return lines;
  const text = [...inner.slice(0, -1), last.slice(0, -quotes.length)];
  return text.slice(text[0] === "" ? 1 : 0, text.length > 1 && text.at(-1) === "" ? -1 : undefined);
}

const comment = (line: string, { sign }: PercentFormat): string => (line === "" ? sign : `${sign} ${line}`);

function uncomment(line: string, { sign }: PercentFormat): string {
  if (line.startsWith(`${sign} `)) return line.slice(sign.length + 1);
  return line.startsWith(sign) ? line.slice(sign.length) : line;
}

function unescape(line: string, { sign, escaped }: PercentFormat): string {
  return escaped.test(line) ? line.slice(sign.length + 1) : line;
}
