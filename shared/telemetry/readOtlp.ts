// Spans as pages send them to their class host, which passes them on: anybody on the network may send something.

import { parseTraceParent, type TraceParent } from "../base/traceParent.ts";
import { isRecord, readString } from "../base/parse.ts";
import { kib, type Bytes } from "../base/units.ts";
import type { SpanFacts } from "../ports/Tracer.ts";
import type { EndedSpan } from "./otlpJson.ts";

/** Where OTLP over HTTP takes traces, at a collector and at a class host. */
export const TRACES_PATH = "/v1/traces";
/** Of one request: spans of a second of a busy page. */
export const TRACES_LIMIT: Bytes = kib(512);

const SPANS_LIMIT = 512;
const FACTS_LIMIT = 16;
const FACT_LENGTH = 128;
/** Names and errors are words of ours, no sentences. */
const WORD = /^[a-z][a-z-]{0,39}$/;
const FACT_NAME = /^meshbook\.[a-z_]{1,40}$/;
/** Unix time in nanoseconds, for the next centuries. */
const TIME = /^\d{1,20}$/;
const INTEGER = /^-?\d{1,16}$/;
const KINDS = new Map<unknown, EndedSpan["kind"]>([
  [1, "internal"],
  [4, "producer"],
  [5, "consumer"],
]);

/** What `otlpTraces` made; undefined if anything in it is something else. Of which program it is said to be does not count. */
export function readOtlpTraces(value: unknown): readonly EndedSpan[] | undefined {
  const resources = isRecord(value) ? listOf(value["resourceSpans"]) : undefined;
  const scopes = resources?.flatMap((one) => (isRecord(one) ? (listOf(one["scopeSpans"]) ?? []) : []));
  const given = scopes?.flatMap((one) => (isRecord(one) ? (listOf(one["spans"]) ?? []) : []));
  if (given === undefined || given.length > SPANS_LIMIT) return undefined;
  const spans = given.flatMap((one) => readSpan(one) ?? []);
  return spans.length === given.length ? spans : undefined;
}

function readSpan(value: unknown): EndedSpan | undefined {
  if (!isRecord(value)) return undefined;
  const { traceId, parentSpanId } = value;
  const context = contextOf(traceId, value["spanId"]);
  const parent = parentSpanId === undefined ? undefined : contextOf(traceId, parentSpanId);
  const name = readWord(value["name"]);
  const kind = KINDS.get(value["kind"]);
  const [start, end] = [readTime(value["startTimeUnixNano"]), readTime(value["endTimeUnixNano"])];
  const facts = readFacts(value["attributes"]);
  if (context === undefined || name === undefined || kind === undefined || facts === undefined) return undefined;
  if (start === undefined || end === undefined || end < start) return undefined;
  if (parentSpanId !== undefined && parent === undefined) return undefined;
  const status = value["status"];
  const error = isRecord(status) && status["code"] === 2 ? (readWord(status["message"]) ?? "error") : undefined;
  return { name, context, parent, kind, start, end, facts, error };
}

function readFacts(value: unknown): SpanFacts | undefined {
  const given = listOf(value);
  if (given === undefined || given.length > FACTS_LIMIT) return undefined;
  const facts: Record<string, string | number | boolean> = {};
  for (const one of given) {
    const key = isRecord(one) ? readString(one["key"], FACT_LENGTH) : undefined;
    const fact = isRecord(one) ? readFact(one["value"]) : undefined;
    if (key === undefined || !FACT_NAME.test(key) || fact === undefined) return undefined;
    facts[key] = fact;
  }
  return facts;
}

function readFact(value: unknown): string | number | boolean | undefined {
  if (!isRecord(value)) return undefined;
  const { boolValue, doubleValue, intValue } = value;
  if (typeof boolValue === "boolean") return boolValue;
  if (typeof doubleValue === "number" && Number.isFinite(doubleValue)) return doubleValue;
  if (typeof intValue === "string" && INTEGER.test(intValue)) return Number(intValue);
  return readString(value["stringValue"], FACT_LENGTH);
}

const contextOf = (trace: unknown, span: unknown): TraceParent | undefined =>
  typeof trace === "string" && typeof span === "string" ? parseTraceParent(`00-${trace}-${span}-01`) : undefined;

const readWord = (value: unknown): string | undefined =>
  typeof value === "string" && WORD.test(value) ? value : undefined;

/** In milliseconds. */
const readTime = (value: unknown): number | undefined =>
  typeof value === "string" && TIME.test(value) ? Number(value) / 1e6 : undefined;

const listOf = (value: unknown): readonly unknown[] | undefined =>
  Array.isArray(value) ? (value as readonly unknown[]) : undefined; // reason: an array of what is not known yet.
