// BullMQ on Redis, in the shape in which our own jobs are measured: one process that asks and hears how each job ended,
// another that executes, up to 64 jobs on their way at a time. Redis keeps all in memory, which is its fastest way.
// So many jobs run first that the engine has compiled what they go through: as many as of ours (`../jobs/warmUp.ts`).
// Prints one line of JSON: {"jobs_per_s":…,"single_p50_ms":…,"single_p99_ms":…}.

import { fork, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { performance } from "node:perf_hooks";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Queue, QueueEvents, Worker } from "bullmq";

const NAME = "jobs";
const IN_FLIGHT = 64;
const WARM_UP = 10_000;
const SINGLE = 300;
const MANY = 4_000;

async function work(port) {
  const worker = new Worker(NAME, async () => null, { connection: at(port), concurrency: IN_FLIGHT });
  await worker.waitUntilReady();
  process.send("ready");
  // Nothing of a measurement outlives it.
  process.once("disconnect", () => process.exit(0));
}

async function ask() {
  const port = await freePort();
  const args = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
  const redis = spawn("redis-server", args, { stdio: ["ignore", "pipe", "inherit"] });
  process.once("exit", () => redis.kill("SIGKILL"));
  // The parent ends us so.
  process.once("SIGTERM", () => process.exit(1));
  await ready(redis);
  const worker = fork(fileURLToPath(import.meta.url), [String(port)]);
  await once(worker, "message");
  // Some must be kept: whoever waits for a job looks at it once more.
  const defaultJobOptions = { removeOnComplete: { count: 1_000 } };
  const queue = new Queue(NAME, { connection: at(port), defaultJobOptions });
  const events = new QueueEvents(NAME, { connection: at(port) });
  await events.waitUntilReady();
  const run = async () => {
    const job = await queue.add("nothing", {});
    await job.waitUntilFinished(events);
  };
  process.stdout.write(`${JSON.stringify(await measure(run))}\n`);
  process.exit(0);
}

async function measure(run) {
  await runMany(run, WARM_UP);
  const times = [];
  for (let n = 0; n < SINGLE; n++) {
    const since = performance.now();
    await run();
    times.push(performance.now() - since);
  }
  times.sort((one, other) => one - other);
  const since = performance.now();
  await runMany(run, MANY);
  const perSecond = MANY / ((performance.now() - since) / 1_000);
  return { jobs_per_s: perSecond, single_p50_ms: times[SINGLE / 2], single_p99_ms: times[Math.floor(SINGLE * 0.99)] };
}

async function runMany(run, count) {
  let left = count;
  const lane = async () => {
    while (left-- > 0) await run();
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
}

async function ready(redis) {
  for await (const line of createInterface({ input: redis.stdout })) {
    if (line.includes("Ready to accept connections")) break;
  }
  redis.stdout.resume();
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

const at = (port) => ({ host: "127.0.0.1", port, maxRetriesPerRequest: null });

const [given] = process.argv.slice(2);
await (given === undefined ? ask() : work(Number(given)));
