import { beforeEach, describe, expect, it } from "vitest";
import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { parseTraceParent, spanOf } from "#shared/base/traceParent.ts";
import { ms, seconds } from "#shared/base/units.ts";
import { readOtelEnvironment } from "#shared/telemetry/otelEnvironment.ts";
import { otlpTraces } from "#shared/telemetry/otlpJson.ts";
import { QUEUE_LIMIT, SpanExporter } from "#shared/telemetry/SpanExporter.ts";
import { FakeClock } from "../../../support/FakeClock.ts";

let clock: FakeClock;
let bodies: string[];
let isDown: boolean;
let exporter: SpanExporter;

beforeEach(() => {
  clock = new FakeClock();
  bodies = [];
  isDown = false;
  exporter = new SpanExporter({
    ...{ clock, logger: silentLogger, resource: { "service.name": "test" } },
    send: (body) => {
      if (isDown) return Promise.reject(new Error("refused"));
      bodies.push(body);
      return Promise.resolve();
    },
  });
});

/** Lets time pass, and then what was begun meanwhile. */
async function pass(duration: number): Promise<void> {
  clock.advance(ms(duration));
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

const sent = (): number => bodies.reduce((sum, body) => sum + body.split('"spanId"').length - 1, 0);

describe("SpanExporter", () => {
  it("sends what ended within a second together", async () => {
    exporter.begin("a").end();
    exporter.begin("b").end();
    exporter.begin("never ended");
    await pass(999);
    expect(bodies).toEqual([]);
    await pass(1);
    expect([bodies.length, sent()]).toEqual([1, 2]);
  });

  it("takes the first end of a span alone, and sends none that is not to be recorded", async () => {
    const span = exporter.begin("a");
    span.end();
    span.end({ error: "late" });
    exporter.begin("quiet", { parent: parseTraceParent(`00-${"a".repeat(32)}-${"b".repeat(16)}-00`) }).end();
    await exporter.close();
    expect([sent(), bodies.join().includes("late")]).toEqual([1, false]);
  });

  it("keeps so many while the collector is away, counts the rest, and sends them when it is back", async () => {
    isDown = true;
    for (let count = 0; count < QUEUE_LIMIT + 10; count++) exporter.begin("a").end();
    expect(exporter.dropped).toBe(10);
    await pass(1_000);
    isDown = false;
    await pass(1_999);
    expect(sent()).toBe(0);
    await pass(1);
    expect([sent(), bodies.length]).toEqual([QUEUE_LIMIT, QUEUE_LIMIT / 512]);
  });

  it("tries once more when it is closed, and then leaves no timer behind", async () => {
    isDown = true;
    exporter.begin("a").end();
    await exporter.close();
    isDown = false;
    exporter.begin("late").end();
    await pass(60_000);
    expect([sent(), exporter.dropped]).toEqual([0, 2]);
  });

  it("asks a collector that stays away less and less often", async () => {
    isDown = true;
    let asked = 0;
    exporter = new SpanExporter({
      ...{ clock, logger: silentLogger, resource: {} },
      send: () => Promise.reject(new Error(`refused ${(asked += 1)}`)),
    });
    exporter.begin("a").end();
    for (let second = 0; second < 120; second++) await pass(seconds(1));
    expect(asked).toBeLessThan(10);
    expect(asked).toBeGreaterThan(4);
  });
});

it("writes spans as OTLP's JSON has them", () => {
  const context = parseTraceParent(`00-${"a".repeat(32)}-${"b".repeat(16)}-01`)!;
  const parent = parseTraceParent(`00-${"a".repeat(32)}-${"c".repeat(16)}-01`)!;
  const span = { name: "run", context, parent, kind: "consumer", error: "failed" } as const;
  const times = { start: 1_700_000_000_000.25, end: 1_700_000_000_001 };
  const body: unknown = JSON.parse(
    otlpTraces([{ ...span, ...times, facts: { n: 3, ok: true, part: 0.5 } }], { "service.name": "agent" }),
  );
  expect(body).toEqual({
    resourceSpans: [
      {
        resource: { attributes: [{ key: "service.name", value: { stringValue: "agent" } }] },
        scopeSpans: [
          {
            scope: { name: "meshbook" },
            spans: [
              {
                ...{
                  traceId: "a".repeat(32),
                  spanId: "b".repeat(16),
                  parentSpanId: spanOf(parent),
                  name: "run",
                  kind: 5,
                },
                ...{ startTimeUnixNano: "1700000000000250000", endTimeUnixNano: "1700000000001000000" },
                attributes: [
                  { key: "n", value: { intValue: "3" } },
                  { key: "ok", value: { boolValue: true } },
                  { key: "part", value: { doubleValue: 0.5 } },
                ],
                status: { code: 2, message: "failed" },
              },
            ],
          },
        ],
      },
    ],
  });
});

describe("readOtelEnvironment", () => {
  it("is nothing unless an endpoint is named", () => {
    const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://localhost:4318" };
    for (const env of [{}, { OTEL_EXPORTER_OTLP_ENDPOINT: "localhost" }, { ...endpoint, OTEL_SDK_DISABLED: "true" }]) {
      expect(readOtelEnvironment(env, "meshbook")).toBeUndefined();
    }
  });

  it("reads where to, under which name, with which headers and in which span", () => {
    const parent = `00-${"a".repeat(32)}-${"b".repeat(16)}-01`;
    const env = {
      ...{ OTEL_EXPORTER_OTLP_ENDPOINT: "http://localhost:4318/", OTEL_SERVICE_NAME: "lab" },
      ...{ OTEL_EXPORTER_OTLP_HEADERS: "api-key=a%20b, x=1=2,bad key=3", TRACEPARENT: parent },
    };
    const url = "http://localhost:4318/v1/traces";
    expect(readOtelEnvironment(env, "meshbook")).toEqual({
      ...{ url, headers: { "api-key": "a b", x: "1=2" }, service: "lab", parent },
    });
    const traces = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "https://here/any" };
    expect(readOtelEnvironment(traces, "meshbook")).toMatchObject({ url: "https://here/any", service: "meshbook" });
  });
});
