// Outputs between file and document. The body of an output that came with a file is the file's own tokens; the body of
// an output made here is the JSON of a `CellOutput` and gets nbformat's canonical form on export.

import type { ContentHash } from "../../base/ids.ts";
import { isRecord, type JsonObject, type JsonValue } from "../../base/parse.ts";
import { formatBytes } from "../../base/units.ts";
import { parseOutput, preferredMime, type CellOutput, type MimeBundle } from "../../notebook/output.ts";
import { createOutputRef } from "../../notebook/outputRef.ts";
import { OUTPUT_COUNT_LIMIT, type OutputRef, type RunRecord } from "../../notebook/runRecord.ts";
import { parseRawJson } from "../json/parseRawJson.ts";
import { plainToRaw, type TextStyle } from "../json/plainToRaw.ts";
import { compactRawJson } from "../json/printRawJson.ts";
import {
  isNotJsonNumber,
  isRawArray,
  isRawObject,
  rawGet,
  rawString,
  rawToPlain,
  type RawJson,
} from "../json/rawJson.ts";
import { splitLines } from "./lines.ts";

/** Bytes to be stored under their hash, so that a reference in the document leads to them. */
export interface FileBlob {
  readonly hash: ContentHash;
  readonly bytes: Uint8Array;
}

/** Of outputs with numbers that JSON does not have: number of the output → number of the scalar in it → token. */
export type NotJsonNumbers = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface ImportedOutputs {
  readonly refs: readonly OutputRef[];
  readonly blobs: readonly FileBlob[];
  readonly notJson: NotJsonNumbers;
}

/** What finds the body of an output that is not inline; undefined if it is nowhere to be had. */
export type ReadBody = (ref: OutputRef) => string | undefined;

/** A list of outputs in one body: those beyond the number of references that a run may have. */
export const OUTPUT_LIST_MIME = "application/vnd.meshbook.outputs+json";

/** Multi-line text beside `text/*`, by nbformat's list. */
const SPLIT_MIMES: readonly string[] = ["application/javascript", "image/svg+xml"];

export function importOutputs(outputs: readonly RawJson[]): ImportedOutputs {
  const notJson: Record<string, Record<string, string>> = {};
  const valid = outputs.map((raw, index) => {
    const tokens: Record<string, string> = {};
    const output = mapScalars(raw, (token, scalar) => {
      if (!isNotJsonNumber(token)) return token;
      tokens[scalar] = token;
      return "null";
    });
    if (Object.keys(tokens).length > 0) notJson[index] = tokens;
    return output;
  });
  const single = valid.length > OUTPUT_COUNT_LIMIT ? valid.slice(0, OUTPUT_COUNT_LIMIT - 1) : valid;
  const rest = valid.slice(single.length);
  const made = single.map((raw) => createOutputRef(compactRawJson(raw), rawOutputMime(raw)));
  if (rest.length > 0) made.push(createOutputRef(compactRawJson({ items: rest }), OUTPUT_LIST_MIME));
  const blobs = made.flatMap(({ ref, body }) => (ref.inline === undefined ? [{ hash: ref.hash, bytes: body }] : []));
  return { refs: made.map(({ ref }) => ref), blobs, notJson };
}

export interface ExportedOutputs {
  readonly outputs: readonly RawJson[];
  /** Outputs whose body was nowhere to be had, or is no output. Placeholders stand in their place. */
  readonly missing: number;
}

export function exportOutputs(
  run: RunRecord | undefined,
  notJson: NotJsonNumbers,
  style: TextStyle,
  readBody: ReadBody,
): ExportedOutputs {
  let missing = 0;
  const outputs = (run?.outputs ?? []).flatMap((ref): readonly RawJson[] => {
    const body = ref.inline ?? readBody(ref);
    const raw = body === undefined ? undefined : parseRawJson(body);
    if (run === undefined || raw === undefined || !raw.ok || typeof raw.value === "string") {
      missing++;
      return [plainToRaw(placeholder(ref), { ...style, sorted: true })];
    }
    const list = isRawArray(raw.value) ? raw.value.items : [raw.value];
    return run.status === "imported" ? list : list.map((output) => canonicalOutput(output, run.count, style));
  });
  if (run?.status !== "imported") return { outputs, missing };
  return { outputs: outputs.map((output, index) => restoreNumbers(output, notJson[index])), missing };
}

/** How nbformat's own writer would write an output. An unknown kind of output is given back as it is. */
function canonicalOutput(raw: RawJson, count: number | undefined, style: TextStyle): RawJson {
  const plain = rawToPlain(raw);
  const output = parseOutput(plain);
  return plainToRaw(output === undefined ? plain : nbformatOutput(output, count), { ...style, sorted: true });
}

function nbformatOutput(output: CellOutput, count: number | undefined): JsonObject {
  switch (output.output_type) {
    case "stream":
      return { ...output, text: splitLines(output.text) };
    case "display_data":
      return { ...output, data: splitBundle(output.data) };
    case "execute_result":
      return { ...output, data: splitBundle(output.data), execution_count: output.execution_count ?? count ?? null };
    case "error":
      return { ...output };
  }
}

function splitBundle(data: MimeBundle): JsonObject {
  return Object.fromEntries(
    Object.entries(data).map(([mime, value]): [string, JsonValue] => [
      mime,
      typeof value === "string" && isSplitMime(mime) ? splitLines(value) : value,
    ]),
  );
}

/** True for the mime types whose text nbformat writes as a list of lines. */
export const isSplitMime = (mime: string): boolean => mime.startsWith("text/") || SPLIT_MIMES.includes(mime);

/** Stands for an output that could not be had, and says by which hash it can still be found. */
function placeholder(ref: OutputRef): JsonObject {
  const what = ref.mime === "" ? "an output" : `an output of type ${ref.mime}`;
  return {
    output_type: "display_data",
    data: { "text/plain": [`[${what}, ${formatBytes(ref.size)}, was not at hand when this file was written]`] },
    metadata: { meshbook: { missing_output: { hash: ref.hash, mime: ref.mime, size: ref.size } } },
  };
}

function rawOutputMime(raw: RawJson): string {
  const type = rawString(rawGet(raw, "output_type"));
  if (type === "error") return "application/vnd.jupyter.error";
  if (type === "stream") {
    return `application/vnd.jupyter.${rawString(rawGet(raw, "name")) === "stderr" ? "stderr" : "stdout"}`;
  }
  const data = rawGet(raw, "data");
  if (data === undefined || !isRawObject(data)) return "";
  const mimes = data.entries.map(([token]) => rawString(token) ?? "");
  return preferredMime(Object.fromEntries(mimes.map((mime) => [mime, ""]))) ?? mimes[0] ?? "";
}

function restoreNumbers(raw: RawJson, tokens: Readonly<Record<string, string>> | undefined): RawJson {
  return tokens === undefined ? raw : mapScalars(raw, (token, scalar) => tokens[scalar] ?? token);
}

/** The same value with every scalar replaced; scalars are numbered in the order of the text, keys not counted. */
function mapScalars(raw: RawJson, map: (token: string, scalar: number) => string): RawJson {
  let scalars = 0;
  const visit = (value: RawJson): RawJson => {
    if (typeof value === "string") return map(value, scalars++);
    if (isRawArray(value)) return { items: value.items.map(visit) };
    return { entries: value.entries.map(([key, item]) => [key, visit(item)] as const) };
  };
  return visit(raw);
}

/** Reads what stands in a document, where any peer may have written it. */
export function readNotJsonNumbers(value: unknown): NotJsonNumbers {
  const all: Record<string, Record<string, string>> = {};
  if (!isRecord(value)) return all;
  for (const [output, tokens] of Object.entries(value)) {
    if (!isRecord(tokens)) continue;
    const known = Object.entries(tokens).filter(
      (entry): entry is [string, string] => typeof entry[1] === "string" && isNotJsonNumber(entry[1]),
    );
    all[output] = Object.fromEntries(known);
  }
  return all;
}
