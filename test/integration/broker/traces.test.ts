import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RoomId } from "#shared/base/ids.ts";
import { createTraceParent, spanOf } from "#shared/base/traceParent.ts";
import type { HostInfo } from "#shared/contracts/host/hubProtocol.ts";
import { otlpTraces } from "#shared/telemetry/otlpJson.ts";
import { SpanCollector } from "../../support/SpanCollector.ts";
import { startHost, type RunningHost } from "../../support/startHost.ts";
import { untilTrue } from "../../support/until.ts";

let collector: SpanCollector;
let host: RunningHost | undefined;
beforeEach(async () => {
  collector = await SpanCollector.start();
});
afterEach(async () => {
  await host?.stop();
  host = undefined;
  await collector.stop();
});

const told = (): Readonly<Record<string, string>> => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
  OTEL_SERVICE_NAME: "school",
});
const infoOf = async ({ base }: RunningHost): Promise<HostInfo> =>
  (await fetch(`${base}/host.json`)).json() as Promise<HostInfo>;

const body = (): string =>
  otlpTraces(
    [
      {
        ...{ name: "submit", context: createTraceParent(), parent: undefined, kind: "internal", start: 1, end: 2 },
        ...{ facts: { "meshbook.job": "a" }, error: undefined },
      },
    ],
    { "service.name": "a name of its own" },
  );

async function send(base: string, text: string, headers: Readonly<Record<string, string>> = {}): Promise<number> {
  const response = await fetch(`${base}/v1/traces`, { method: "POST", body: text, headers });
  await response.body?.cancel();
  return response.status;
}

describe("a class host that was told of a collector", () => {
  it("passes on spans of its pages, under their own name, and refuses everything else", async () => {
    host = await startHost({ args: ["--no-agent"], env: told() });
    expect(await infoOf(host)).toMatchObject({ traces: true });
    expect(await send(host.base, body())).toBe(200);
    await untilTrue("it came", () => collector.spans.length > 0);
    expect(collector.spans).toMatchObject([{ service: "meshbook-page", name: "submit" }]);
    expect(await send(host.base, "no spans")).toBe(400);
    expect(await send(host.base, `{"resourceSpans":[${" ".repeat(600_000)}]}`)).toBe(413);
    expect(await send(host.base, body(), { Origin: "https://elsewhere.example" })).toBe(403);
    // A machine that is busy with other tests may be slower than the limit at first.
    await untilTrue("it has had enough", async () => {
      const flood = await Promise.all(Array.from({ length: 200 }, () => send(host!.base, "no spans")));
      return flood.includes(429);
    });
  });

  it("records what it writes for an agent, in the agent's span", async () => {
    host = await startHost({ args: ["--no-agent"], env: told() });
    const run = createTraceParent();
    // Nobody signed it, so it is not written: that is seen, too.
    const finished = { method: "POST", body: "{}", headers: { traceparent: run } };
    expect((await fetch(`${host.base}/finished/${RoomId.create()}`, finished)).status).toBe(403);
    await untilTrue("it came", () => collector.spans.length > 0);
    expect(collector.spans).toMatchObject([
      { service: "school", name: "write", parentSpanId: spanOf(run), status: { message: "refused" } },
    ]);
  });

  it("records nothing, and takes nothing, where it is blind", async () => {
    host = await startHost({ args: ["--blind"], env: told() });
    expect((await infoOf(host)).traces).toBeUndefined();
    expect(await send(host.base, body())).toBe(405);
  });
});

it("a class host that was told of none takes no spans", async () => {
  host = await startHost();
  expect((await infoOf(host)).traces).toBeUndefined();
  expect(await send(host.base, body())).toBe(405);
});
