// The W3C's trace context, version 00: which span of which trace something belongs to, as 55 characters.
// https://www.w3.org/TR/trace-context/

/** `00-<trace: 32 hex>-<span: 16 hex>-<flags: 2 hex>`. */
export type TraceParent = string & { readonly __brand: "TraceParent" };

/** The header that carries one in a request. */
export const TRACEPARENT_HEADER = "traceparent";

const FORM = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;
const TRACE_BYTES = 16;
const SPAN_BYTES = 8;
const SAMPLED = 1;

/** Undefined for everything that is none; whoever gets that goes on as if nothing had been said. */
export function parseTraceParent(value: unknown): TraceParent | undefined {
  // reason: its form was checked on the same line.
  return typeof value === "string" && FORM.test(value) ? (value as TraceParent) : undefined;
}

/** A new span: in the trace of `parent`, if there is one, else the first of a new trace, which is to be recorded. */
export function createTraceParent(parent?: TraceParent): TraceParent {
  const [trace, flags] = parent === undefined ? [randomHex(TRACE_BYTES), "01"] : [traceOf(parent), parent.slice(53)];
  // reason: it is put together as the form asks. Random bytes are not all zero.
  return `00-${trace}-${randomHex(SPAN_BYTES)}-${flags}` as TraceParent;
}

export const traceOf = (context: TraceParent): string => context.slice(3, 35);
export const spanOf = (context: TraceParent): string => context.slice(36, 52);

/** Whether whoever began the trace wants it recorded. */
export const isSampled = (context: TraceParent): boolean =>
  (Number.parseInt(context.slice(53), 16) & SAMPLED) === SAMPLED;

function randomHex(bytes: number): string {
  const random = crypto.getRandomValues(new Uint8Array(bytes));
  return Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
