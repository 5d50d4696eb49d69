// A job's trace begins in the page that asked for it, and goes on at the agent. The class host passes on what the page records.

import { expect } from "playwright/test";
import { Person } from "../support/app/Person.ts";
import { ensureBuilt } from "../support/built.ts";
import { SpanCollector, type CollectedSpan } from "../support/SpanCollector.ts";
import { startHost, type RunningHost } from "../support/startHost.ts";
import { longTest, test } from "./withHost.ts";

let collector: SpanCollector;
let host: RunningHost;

test.beforeAll(() => ensureBuilt("node and web"));
test.beforeEach(async () => {
  collector = await SpanCollector.start();
  host = await startHost({ args: [], env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint } });
});
test.afterEach(async () => {
  await host.stop();
  await collector.stop();
});

/** Spans of the trace that has one of this name, each with the program it is of and the name of its parent. */
function traceOf(name: string): Readonly<Record<string, string>> {
  const { traceId } = collector.named(name) ?? {};
  const spans = collector.spans.filter((span) => span.traceId === traceId);
  const nameOf = (id: string | undefined): string => spans.find(({ spanId }) => spanId === id)?.name ?? "nothing";
  const told = ({ service, parentSpanId }: CollectedSpan): string => `${service} in ${nameOf(parentSpanId)}`;
  return Object.fromEntries(spans.map((span) => [span.name, told(span)]));
}

longTest("a cell that is run on an agent is one trace, from the page to its result", async ({ browser }) => {
  const ana = await Person.arrive(browser, host.ready.url);
  await expect(ana.page.getByText(/\d of \d free/)).toBeVisible();
  await ana.createNotebook();
  await ana.write(0, "console.log('seen')");
  await ana.runOn(0, /of \d+ places free/);
  await expect(ana.outputs(0)).toContainText("seen");
  await expect
    .poll(() => traceOf("submit"))
    .toMatchObject({
      submit: "meshbook-page in nothing",
      wait: "meshbook-page in submit",
      dispatch: "meshbook-page in submit",
      run: "meshbook-agent in dispatch",
      output: "meshbook-agent in run",
      result: "meshbook-page in run",
    });
  expect(JSON.stringify(collector.spans)).not.toContain("seen");
});
