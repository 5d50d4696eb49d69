import { describe, expect, it } from "vitest";
import { createTraceParent } from "#shared/base/traceParent.ts";
import { otlpTraces, type EndedSpan } from "#shared/telemetry/otlpJson.ts";
import { readOtlpTraces } from "#shared/telemetry/readOtlp.ts";

const parent = createTraceParent();
const span = (change: Partial<EndedSpan> = {}): EndedSpan => ({
  ...{ name: "submit", context: createTraceParent(parent), parent, kind: "producer", start: 1_798_000_000_000.25 },
  ...{ end: 1_798_000_000_001, facts: { "meshbook.job": "a", "meshbook.attempt": 2, "meshbook.share": 0.5 } },
  ...{ error: "lost", ...change },
});
const sent = (...spans: readonly EndedSpan[]): unknown => JSON.parse(otlpTraces(spans, { "service.name": "any" }));

describe("readOtlpTraces", () => {
  it("reads what a page's exporter sends", () => {
    const spans = [span(), span({ parent: undefined, error: undefined, kind: "internal", facts: {} })];
    expect(readOtlpTraces(sent(...spans))).toEqual(spans);
  });

  it("takes nothing of what has anything else in it", () => {
    const bad: readonly unknown[] = [
      undefined,
      [],
      {},
      sent(span({ name: "a sentence, of somebody" })),
      sent(span({ facts: { "http.url": "http://somewhere" } })),
      sent(span({ facts: { "meshbook.text": "x".repeat(129) } })),
      sent(
        span({ facts: Object.fromEntries(Array.from({ length: 17 }, (_, n) => [`meshbook.k_${"x".repeat(n)}`, n])) }),
      ),
      sent(span({ end: 1 })),
      sent(span({ context: "00-zz-zz-01" as never })),
      sent(...Array.from({ length: 513 }, () => span())),
      { resourceSpans: [{ scopeSpans: [{ spans: [7] }] }] },
    ];
    for (const value of bad) expect(readOtlpTraces(value)).toBeUndefined();
    // Words of others about an error are no words of ours.
    expect(readOtlpTraces(sent(span({ error: "A sentence." })))?.[0]?.error).toBe("error");
  });
});
