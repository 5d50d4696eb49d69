// nbformat 2 and 3 to 4.5, by the rules of nbformat's own converter: worksheets become one list of cells, headings become
// Markdown, `input` → `source`, `prompt_number` → `execution_count`, `pyout` → `execute_result`, `pyerr` → `error`.
// Beyond it: `metadata.name` becomes the title, and keys nobody knows stay.

import { BadInputError } from "../../base/errors.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { parseRawJson } from "../json/parseRawJson.ts";
import { sortEntries, textToRaw } from "../json/plainToRaw.ts";
import { CANONICAL_STYLE } from "../json/printRawJson.ts";
import { isRawArray, isRawObject, rawGet, rawNumber, rawString, type RawEntry, type RawJson } from "../json/rawJson.ts";
import { linesToRaw } from "./lines.ts";
import { isSplitMime } from "./outputs.ts";

/** The versions of the format that can be read. */
export type NotebookVersion = 2 | 3 | 4;

const OLDEST = 2;
const NEWEST = 4;
const EMPTY: RawJson = { entries: [] };

const MIME_OF_ALIAS: Readonly<Record<string, string>> = {
  text: "text/plain",
  html: "text/html",
  svg: "image/svg+xml",
  png: "image/png",
  jpeg: "image/jpeg",
  latex: "text/latex",
  json: "application/json",
  javascript: "application/javascript",
};

const REPLACED_TOP_KEYS = "worksheets metadata nbformat nbformat_minor orig_nbformat orig_nbformat_minor".split(" ");

/** Keys of a version 3 output that are not part of its data. */
const NOT_DATA = ["output_type", "metadata", "prompt_number"];

export function versionOf(notebook: RawJson): Result<NotebookVersion, BadInputError> {
  if (!isRawObject(notebook)) return refuse("a notebook must be an object");
  const raw = rawGet(notebook, "nbformat");
  const version = rawNumber(raw);
  if (version === undefined) return refuse("`nbformat` is missing or is no number: this is no Jupyter notebook");
  if (version > NEWEST) {
    return refuse(`nbformat ${version} is newer than this program knows (${NEWEST}); update it, or save as version 4`);
  }
  if (version !== 2 && version !== 3 && version !== 4) {
    return refuse(
      `nbformat ${version} is older than can be read (${OLDEST}); convert it by \`jupyter nbconvert\` first`,
    );
  }
  return ok(version);
}

export interface Upgraded {
  readonly notebook: RawJson;
  readonly warnings: readonly string[];
}

/** The notebook of version 2 or 3 as one of 4.5 with sorted keys and without ids. What has no sense is left to refuse. */
export function upgradeNotebook(notebook: RawJson, version: 2 | 3): Result<Upgraded, BadInputError> {
  const worksheets = rawGet(notebook, "worksheets");
  if (worksheets !== undefined && !isRawArray(worksheets)) return refuse("`worksheets` must be a list");
  const sheets = itemsOf(worksheets);
  const cells = sheets.flatMap((sheet) => itemsOf(rawGet(sheet, "cells")).map((cell) => upgradeCell(cell, version)));
  const kept = without(notebook, REPLACED_TOP_KEYS);
  const warnings = [`upgraded from nbformat ${version} to 4.5`];
  if (sheets.length > 1) warnings.push(`its ${sheets.length} worksheets became one list of cells`);
  if (sheets.some((sheet) => entriesOf(rawGet(sheet, "metadata")).length > 0)) {
    warnings.push("metadata of worksheets was left out: the format has no worksheets any more");
  }
  const entries: RawEntry[] = [
    ...kept,
    ['"cells"', { items: cells }],
    ['"metadata"', upgradeMetadata(rawGet(notebook, "metadata"))],
    ['"nbformat"', "4"],
    ['"nbformat_minor"', "5"],
  ];
  return ok({ notebook: { entries: sortEntries(entries) }, warnings });
}

function upgradeMetadata(metadata: RawJson | undefined): RawJson {
  if (metadata !== undefined && !isRawObject(metadata)) return metadata;
  const kept = without(metadata, ["name", "signature"]);
  const name = rawGet(metadata, "name");
  const titled = rawString(name) !== "" && name !== undefined && rawGet(metadata, "title") === undefined;
  return { entries: sortEntries(titled ? [...kept, ['"title"', name]] : kept) };
}

function upgradeCell(cell: RawJson, version: 2 | 3): RawJson {
  if (!isRawObject(cell)) return cell;
  switch (rawString(rawGet(cell, "cell_type"))) {
    case "code":
      return upgradeCodeCell(cell, version);
    case "heading":
      return upgradeTextCell(cell, "markdown", headingSource(cell, version));
    case "markdown":
    case "html":
      return upgradeTextCell(cell, "markdown", joinOld(rawGet(cell, "source"), version));
    case "raw":
      return upgradeTextCell(cell, "raw", joinOld(rawGet(cell, "source"), version));
    default:
      return cell;
  }
}

function upgradeCodeCell(cell: RawJson, version: 2 | 3): RawJson {
  const collapsed = rawGet(cell, "collapsed");
  const metadata = entriesOf(rawGet(cell, "metadata"));
  const outputs = itemsOf(rawGet(cell, "outputs"));
  return {
    entries: sortEntries([
      ...without(cell, ["cell_type", "collapsed", "input", "language", "metadata", "outputs", "prompt_number"]),
      ['"cell_type"', '"code"'],
      ['"execution_count"', rawGet(cell, "prompt_number") ?? "null"],
      ['"metadata"', { entries: collapsed === undefined ? metadata : [...metadata, ['"collapsed"', collapsed]] }],
      ['"outputs"', { items: outputs.map((output) => upgradeOutput(output, version)) }],
      ['"source"', oldTextToRaw(rawGet(cell, "input"), version)],
    ]),
  };
}

function upgradeTextCell(cell: RawJson, type: "markdown" | "raw", source: string | undefined): RawJson {
  return {
    entries: sortEntries([
      ...without(cell, ["cell_type", "level", "metadata", "source"]),
      ['"cell_type"', `"${type}"`],
      ['"metadata"', rawGet(cell, "metadata") ?? EMPTY],
      [
        '"source"',
        source === undefined ? (rawGet(cell, "source") ?? { items: [] }) : linesToRaw(source, CANONICAL_STYLE),
      ],
    ]),
  };
}

/** The old heading cell was one line; more of them make one heading. */
function headingSource(cell: RawJson, version: 2 | 3): string | undefined {
  const text = joinOld(rawGet(cell, "source"), version);
  const level = Math.min(Math.max(rawNumber(rawGet(cell, "level")) ?? 1, 1), 6);
  return text === undefined ? undefined : `${"#".repeat(level)} ${text.split(/\r\n|\n|\r/).join(" ")}`;
}

function upgradeOutput(output: RawJson, version: 2 | 3): RawJson {
  switch (rawString(rawGet(output, "output_type"))) {
    case "pyout":
      return upgradeData(output, version, [
        ['"execution_count"', rawGet(output, "prompt_number") ?? "null"],
        ['"output_type"', '"execute_result"'],
      ]);
    case "display_data":
      return upgradeData(output, version, [['"output_type"', '"display_data"']]);
    case "pyerr":
      return { entries: sortEntries([...without(output, ["output_type"]), ['"output_type"', '"error"']]) };
    case "stream":
      return {
        entries: sortEntries([
          ...without(output, ["stream", "text"]),
          ['"name"', rawGet(output, "stream") ?? '"stdout"'],
          ['"text"', oldTextToRaw(rawGet(output, "text"), version)],
        ]),
      };
    default:
      return output;
  }
}

function upgradeData(output: RawJson, version: 2 | 3, head: readonly RawEntry[]): RawJson {
  const data = without(output, NOT_DATA).map(([token, value]): RawEntry => {
    const mime = mimeOf(token);
    return [textToRaw(mime, CANONICAL_STYLE), upgradeValue(mime, value, version)];
  });
  const metadata = entriesOf(rawGet(output, "metadata")).map(([token, value]): RawEntry => {
    return [textToRaw(mimeOf(token), CANONICAL_STYLE), value];
  });
  return {
    entries: sortEntries([
      ...head,
      ['"data"', { entries: sortEntries(data) }],
      ['"metadata"', { entries: sortEntries(metadata) }],
    ]),
  };
}

function upgradeValue(mime: string, value: RawJson, version: 2 | 3): RawJson {
  const text = joinOld(value, version);
  if (text === undefined) return value;
  if (mime === "application/json") {
    const parsed = parseRawJson(text);
    if (parsed.ok) return parsed.value;
  }
  return isSplitMime(mime) ? linesToRaw(text, CANONICAL_STYLE) : textToRaw(text, CANONICAL_STYLE);
}

function mimeOf(token: string): string {
  const alias = rawString(token) ?? "";
  return (Object.hasOwn(MIME_OF_ALIAS, alias) ? MIME_OF_ALIAS[alias] : undefined) ?? alias;
}

function oldTextToRaw(raw: RawJson | undefined, version: 2 | 3): RawJson {
  const text = raw === undefined ? "" : joinOld(raw, version);
  return text === undefined ? (raw ?? "null") : linesToRaw(text, CANONICAL_STYLE);
}

/** Version 2 wrote lines without their breaks, and so did some writers of version 3: to be seen by the first line. */
function joinOld(raw: RawJson | undefined, version: 2 | 3): string | undefined {
  if (raw === undefined || typeof raw === "string") return rawString(raw);
  if (!isRawArray(raw)) return undefined;
  const lines = raw.items.map(rawString);
  if (!lines.every((line) => line !== undefined)) return undefined;
  const broken = version === 3 && /[\r\n]$/.test(lines[0] ?? "");
  return lines.join(broken ? "" : "\n");
}

function itemsOf(raw: RawJson | undefined): readonly RawJson[] {
  return raw !== undefined && isRawArray(raw) ? raw.items : [];
}

function entriesOf(raw: RawJson | undefined): readonly RawEntry[] {
  return raw !== undefined && isRawObject(raw) ? raw.entries : [];
}

function without(raw: RawJson | undefined, keys: readonly string[]): readonly RawEntry[] {
  return entriesOf(raw).filter(([token]) => !keys.includes(rawString(token) ?? ""));
}

const refuse = (reason: string): Result<never, BadInputError> => err(new BadInputError(reason, "top level"));
