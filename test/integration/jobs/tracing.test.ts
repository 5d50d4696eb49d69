// One trace through several programs: a requester here, a real broker, a real agent process, a collector over HTTP.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { mkdir } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { systemClock } from "#shared/adapters/systemClock.ts";
import { KernelId, RoomId } from "#shared/base/ids.ts";
import { openTelemetry } from "#shared/telemetry/openTelemetry.ts";
import { JobDispatcher } from "#shared/session/JobDispatcher.ts";
import { RequesterTraces } from "#shared/session/tracing/RequesterTraces.ts";
import { NodeSigner } from "../../../workers/agent/NodeSigner.ts";
import { JobClass, type AgentChild } from "../../support/jobs/JobClass.ts";
import { flowOf, requestFor } from "../../support/programs.ts";
import { SpanCollector, type CollectedSpan } from "../../support/SpanCollector.ts";
import { runMeshbook } from "../../support/startHost.ts";
import { untilTrue } from "../../support/until.ts";

const CONSUMER = 5;
const PRODUCER = 4;

let collector: SpanCollector;
let jobs: JobClass;
let agent: AgentChild;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  [collector, jobs] = await Promise.all([SpanCollector.start(), JobClass.start()]);
  env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, OTEL_SERVICE_NAME: "lab" };
  agent = await jobs.startAgent({ env });
});
afterAll(async () => {
  await jobs.stop();
  await collector.stop();
});

const post = async (url: string, headers: Readonly<Record<string, string>>, body: string): Promise<void> => {
  await fetch(url, { method: "POST", body, headers: { ...headers, "Content-Type": "application/json" } });
};

/** Spans of the trace in which this job was submitted, once all these names have come, by name. */
async function traceOf(job: string, names: readonly string[]): Promise<ReadonlyMap<string, CollectedSpan>> {
  const isOf = ({ attributes }: CollectedSpan): boolean =>
    attributes.some(({ key, value }) => key === "meshbook.job" && value["stringValue"] === job);
  const found = (): ReadonlyMap<string, CollectedSpan> => {
    const traceId = collector.spans.find(isOf)?.traceId;
    return new Map(collector.spans.filter((span) => span.traceId === traceId).map((span) => [span.name, span]));
  };
  await untilTrue(`${names.join()} of ${job}`, () => names.every((name) => found().has(name)));
  return found();
}

describe("a job that is traced", () => {
  const parents = (spans: ReadonlyMap<string, CollectedSpan>): Readonly<Record<string, string | undefined>> => {
    const names = new Map([...spans.values()].map(({ spanId, name }) => [spanId, name]));
    return Object.fromEntries([...spans].map(([name, { parentSpanId }]) => [name, names.get(parentSpanId ?? "")]));
  };
  const PARENTS = {
    ...{ submit: undefined, wait: "submit", dispatch: "submit", run: "dispatch", output: "run", result: "run" },
  };
  const telemetry = () =>
    openTelemetry({
      env: { ...env, OTEL_SERVICE_NAME: "requester" },
      service: "",
      version: () => "1",
      clock: systemClock,
      logger: silentLogger,
      post,
    })!;

  it("is one trace, from being submitted to any agent to its result", async () => {
    const { tracer } = telemetry();
    const requester = await jobs.startRequester(agent, NodeSigner.create(), new RequesterTraces(tracer));
    const dispatcher = new JobDispatcher({ requester, clock: systemClock, seed: 1 });
    const request = requestFor(flowOf({ a: "console.log('seen')" }), "a");
    const job = dispatcher.submit(request, { notebook: RoomId.create() });
    expect(await job.end).toEqual({ status: "executed", end: { status: "ok" } });
    const spans = await traceOf(request.run, Object.keys(PARENTS));
    expect(parents(spans)).toEqual(PARENTS);
    expect(Object.fromEntries([...spans].map(([name, { service }]) => [name, service]))).toEqual({
      ...{ submit: "requester", wait: "requester", dispatch: "requester", result: "requester" },
      ...{ run: "lab", output: "lab" },
    });
    expect([spans.get("dispatch")?.kind, spans.get("run")?.kind]).toEqual([PRODUCER, CONSUMER]);
    for (const { startTimeUnixNano, endTimeUnixNano, status } of spans.values()) {
      expect(BigInt(endTimeUnixNano) >= BigInt(startTimeUnixNano)).toBe(true);
      expect(status).toEqual({});
    }
    // What is seen of a job is that it ran, never what it was.
    expect(JSON.stringify([...spans.values()])).not.toMatch(/seen|console/);
  });

  it("is one trace on an agent that was named, and says that it failed", async () => {
    const { tracer } = telemetry();
    const requester = await jobs.startRequester(agent, NodeSigner.create(), new RequesterTraces(tracer));
    const request = requestFor(flowOf({ a: "null.x" }), "a");
    const options = { notebook: RoomId.create(), kernel: KernelId.create(), fresh: true };
    await requester.submit(agent.peer, request, options).end;
    const spans = await traceOf(request.run, Object.keys(PARENTS));
    expect(parents(spans)).toEqual(PARENTS);
    expect(spans.get("run")?.status).toEqual({ code: 2, message: "error" });
  });

  it("goes on in the trace of the requester where its agent records nothing", async () => {
    const quiet = await jobs.startAgent({ args: ["--name", "quiet"] });
    const { tracer } = telemetry();
    const requester = await jobs.startRequester(quiet, NodeSigner.create(), new RequesterTraces(tracer));
    const request = requestFor(flowOf({ a: "1" }), "a");
    const options = { notebook: RoomId.create(), kernel: KernelId.create(), fresh: true };
    await requester.submit(quiet.peer, request, options).end;
    const spans = await traceOf(request.run, ["submit", "wait", "dispatch", "result"]);
    expect(parents(spans)).toEqual({ submit: undefined, wait: "submit", dispatch: "submit", result: "dispatch" });
  });
});

it("records nothing of a job that nobody traces", async () => {
  const requester = await jobs.startRequester(agent);
  const request = requestFor(flowOf({ a: "1" }), "a");
  const options = { notebook: RoomId.create(), kernel: KernelId.create(), fresh: true };
  const before = collector.spans.length;
  await requester.submit(agent.peer, request, options).end;
  // A traced one after it: by the time its span has come, one of the first would have.
  const { tracer } = openTelemetry({
    ...{ env, service: "", version: () => "1", clock: systemClock, logger: silentLogger, post },
  })!;
  const traced = await jobs.startRequester(agent, NodeSigner.create(), new RequesterTraces(tracer));
  const next = requestFor(flowOf({ a: "2" }), "a");
  await traced.submit(agent.peer, next, { ...options, kernel: KernelId.create() }).end;
  await traceOf(next.run, ["run", "submit"]);
  expect(JSON.stringify(collector.spans.slice(before))).not.toContain(request.run);
});

describe("meshbook run", () => {
  it("is a span of the program that started it, with one for each cell", async () => {
    const folder = jobs.newFolder();
    await mkdir(folder, { recursive: true });
    const file = join(folder, "two.js");
    writeFileSync(file, "// %%\nconst x = 1\n// %%\nconsole.log(x)\n");
    const [trace, span] = ["1".repeat(32), "2".repeat(16)];
    const { code, out } = await runMeshbook(["run", file], { ...env, TRACEPARENT: `00-${trace}-${span}-01` });
    expect([code, out]).toEqual([0, "1\n"]);
    const spans = collector.spans.filter(({ traceId }) => traceId === trace);
    const whole = spans.find(({ name }) => name === "run notebook");
    expect(whole).toMatchObject({ parentSpanId: span, service: "lab", status: {} });
    const cells = spans.filter(({ name }) => name === "run");
    expect(cells.map(({ parentSpanId }) => parentSpanId)).toEqual([whole?.spanId, whole?.spanId]);
  });

  it("ends as soon as ever where no collector answers", async () => {
    const folder = jobs.newFolder();
    await mkdir(folder, { recursive: true });
    const file = join(folder, "one.js");
    writeFileSync(file, "// %%\n1 + 1\n");
    const { code, out, error } = await runMeshbook(["run", file], {
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9",
    });
    expect([code, out]).toEqual([0, "2\n"]);
    expect(error).toMatch(/spans could not be sent/);
  });
});
