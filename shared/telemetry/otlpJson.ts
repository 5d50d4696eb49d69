// Spans as OpenTelemetry's protocol has them over HTTP, in JSON (OTLP 1).

import { spanOf, traceOf, type TraceParent } from "../base/traceParent.ts";
import type { SpanFacts, SpanStart } from "../ports/Tracer.ts";

export interface EndedSpan {
  readonly name: string;
  readonly context: TraceParent;
  readonly parent: TraceParent | undefined;
  readonly kind: NonNullable<SpanStart["kind"]>;
  /** Unix time in milliseconds, with fractions. */
  readonly start: number;
  readonly end: number;
  readonly facts: SpanFacts;
  readonly error: string | undefined;
}

const KINDS = { internal: 1, producer: 4, consumer: 5 } as const;
const ERROR = 2;

/** The body of one request to `/v1/traces`. `resource`: of what program the spans are. */
export function otlpTraces(spans: readonly EndedSpan[], resource: SpanFacts): string {
  return JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: attributesOf(resource) },
        scopeSpans: [{ scope: { name: "meshbook" }, spans: spans.map(otlpSpan) }],
      },
    ],
  });
}

function otlpSpan({ name, context, parent, kind, start, end, facts, error }: EndedSpan): object {
  return {
    traceId: traceOf(context),
    spanId: spanOf(context),
    ...(parent === undefined ? {} : { parentSpanId: spanOf(parent) }),
    ...{ name, kind: KINDS[kind], startTimeUnixNano: nanoseconds(start), endTimeUnixNano: nanoseconds(end) },
    attributes: attributesOf(facts),
    status: error === undefined ? {} : { code: ERROR, message: error },
  };
}

function attributesOf(facts: SpanFacts): readonly object[] {
  return Object.entries(facts).map(([key, value]) => ({ key, value: valueOf(value) }));
}

function valueOf(value: SpanFacts[string]): object {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  // 64-bit numbers are texts in JSON.
  return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}

/** As text: it has more digits than a number holds. */
function nanoseconds(milliseconds: number): string {
  const whole = Math.floor(milliseconds);
  const rest = Math.min(999_999, Math.floor((milliseconds - whole) * 1e6));
  return `${whole}${String(rest).padStart(6, "0")}`;
}
