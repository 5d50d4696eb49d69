import { CONTROL_MIME } from "./controls/controlMime.ts";
import { GATHERED_MIME } from "./gathered/gatheredMime.ts";
import { PROGRESS_MIME } from "./progressMime.ts";
import { isRecord, type JsonObject, type JsonValue } from "../base/parse.ts";

/** Mime type → value. Text kinds hold a string; `application/json` and `+json` kinds any JSON; binary kinds base64. */
export type MimeBundle = Readonly<Record<string, JsonValue>>;

/** One output of a cell in the form nbformat 4.5 gives it, with multi-line text joined to one string. */
export type CellOutput =
  | { readonly output_type: "stream"; readonly name: "stdout" | "stderr"; readonly text: string }
  | { readonly output_type: "display_data"; readonly data: MimeBundle; readonly metadata: JsonObject }
  | {
      readonly output_type: "execute_result";
      readonly data: MimeBundle;
      readonly metadata: JsonObject;
      readonly execution_count: number | null;
    }
  | {
      readonly output_type: "error";
      readonly ename: string;
      readonly evalue: string;
      readonly traceback: readonly string[];
    };

export const TABLE_MIMES = [
  "application/vnd.apache.arrow.stream",
  "application/vnd.apache.arrow.file",
  "application/vnd.dataresource+json",
  "text/csv",
  "text/tab-separated-values",
] as const;
/** Tables: Arrow's as base64, pandas' table schema, and text with separators. */
export type TableMime = (typeof TABLE_MIMES)[number];

export const MEDIA_MIMES = [
  "video/mp4",
  "video/webm",
  "video/ogg",
  "audio/mpeg",
  "audio/wav",
  "audio/ogg",
  "audio/webm",
  "audio/mp4",
  "audio/flac",
] as const;
/** What plays, as base64. */
export type MediaMime = (typeof MEDIA_MIMES)[number];

export const CHART_MIMES = ["application/vnd.vegalite.v6+json", "application/vnd.vegalite.v5+json"] as const;
/** Charts in Vega-Lite's language. */
export type ChartMime = (typeof CHART_MIMES)[number];

/**
 * Richest first. The first that an output has is the one shown. After JupyterLab's rendermime ranks, with tables before:
 * what can be sorted and searched is richer than the same as HTML.
 */
const MIME_PREFERENCE = [
  GATHERED_MIME,
  PROGRESS_MIME,
  CONTROL_MIME,
  ...TABLE_MIMES,
  ...MEDIA_MIMES,
  "application/pdf",
  ...CHART_MIMES,
  "text/html",
  "text/markdown",
  "text/latex",
  "text/vnd.mermaid",
  "image/svg+xml",
  "image/png",
  "image/jpeg",
  "image/gif",
  "image/webp",
  "application/json",
  "text/plain",
] as const;
export type ShownMime = (typeof MIME_PREFERENCE)[number];

/** The mime type to show of a bundle, or undefined if none of its types can be shown. */
export function preferredMime(data: MimeBundle): ShownMime | undefined {
  return MIME_PREFERENCE.find((mime) => Object.hasOwn(data, mime));
}

/** Reads an output from outside (a kernel, an agent, a blob, a file). Unknown output types give undefined. */
export function parseOutput(value: unknown): CellOutput | undefined {
  if (!isRecord(value)) return undefined;
  switch (value["output_type"]) {
    case "stream":
      return {
        output_type: "stream",
        name: value["name"] === "stderr" ? "stderr" : "stdout",
        text: joinLines(value["text"]) ?? "",
      };
    case "display_data":
      return { output_type: "display_data", data: readBundle(value["data"]), metadata: readJson(value["metadata"]) };
    case "execute_result":
      return {
        output_type: "execute_result",
        data: readBundle(value["data"]),
        metadata: readJson(value["metadata"]),
        execution_count: typeof value["execution_count"] === "number" ? value["execution_count"] : null,
      };
    case "error":
      return {
        output_type: "error",
        ename: asText(value["ename"]),
        evalue: asText(value["evalue"]),
        traceback: Array.isArray(value["traceback"]) ? value["traceback"].map(asText) : [],
      };
    default:
      return undefined;
  }
}

function readBundle(value: unknown): MimeBundle {
  const bundle: Record<string, JsonValue> = {};
  for (const [mime, content] of Object.entries(readJson(value))) {
    bundle[mime] = isJsonMime(mime) ? content : (joinLines(content) ?? content);
  }
  return bundle;
}

const isJsonMime = (mime: string): boolean => mime === "application/json" || mime.endsWith("+json");

/** nbformat writes multi-line text as a string or as a list of lines that keep their newlines. */
function joinLines(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (Array.isArray(value) && value.every((line) => typeof line === "string")) return value.join("");
  return undefined;
}

function readJson(value: unknown): JsonObject {
  // reason: callers hand in what JSON.parse, CBOR or structured clone gave, all of which are JSON-like trees.
  return isRecord(value) ? (value as JsonObject) : {};
}

const asText = (value: unknown): string => (typeof value === "string" ? value : String(value));
