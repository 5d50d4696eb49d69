import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectedOutputs, JobWorld, type JobPlan, type NetworkFaults } from "../support/jobs/JobWorld.ts";
import { checkProperty, LONG } from "../support/property.ts";

const AGENTS = 2;
const REQUESTERS = 2;
/** After everything is mended, every lease, repetition and reconnection is over by then. */
const SETTLE_MS = 120_000;
/** Milliseconds for one property, on a machine that does other things as well. */
const PROPERTY_LIMIT = LONG ? 900_000 : 60_000;

type Action =
  | { readonly do: "submit"; readonly requester: number; readonly agent: number; readonly plan: JobPlan }
  | { readonly do: "submit-any"; readonly requester: number; readonly plan: JobPlan }
  | { readonly do: "cancel-any"; readonly nth: number }
  | { readonly do: "cancel"; readonly nth: number }
  | { readonly do: "pass"; readonly time: number }
  | { readonly do: "cut-requester" | "mend-requester" | "reload"; readonly requester: number }
  | { readonly do: "cut-agent" | "freeze-agent" | "mend-agent" | "crash-agent"; readonly agent: number }
  | { readonly do: "stop-broker" | "start-broker" };

const agent = fc.nat(AGENTS - 1);
const requester = fc.nat(REQUESTERS - 1);
const plan: fc.Arbitrary<JobPlan> = fc.record({
  outputs: fc.integer({ min: 1, max: 5 }),
  size: fc.constantFrom(0, 10, 30_000, 300_000),
  time: fc.integer({ min: 0, max: 5_000 }),
});
const submit = fc.record({ do: fc.constant("submit" as const), requester, agent, plan });
const submitAny = fc.record({ do: fc.constant("submit-any" as const), requester, plan });
const pass = fc.record({ do: fc.constant("pass" as const), time: fc.integer({ min: 0, max: 4_000 }) });
const cutting = fc.record({ do: fc.constantFrom("cut-requester", "mend-requester"), requester });
const cuttingAgent = fc.record({ do: fc.constantFrom("cut-agent", "mend-agent"), agent });
const broker = fc.record({ do: fc.constantFrom("stop-broker", "start-broker") });
const worse = fc.oneof(
  fc.record({ do: fc.constantFrom("cancel" as const, "cancel-any" as const), nth: fc.nat(20) }),
  fc.record({ do: fc.constant("reload" as const), requester }),
  fc.record({ do: fc.constantFrom("crash-agent", "freeze-agent"), agent }),
);
const often = { arbitrary: submit, weight: 4 };
const actionsOf = (...kinds: readonly fc.Arbitrary<unknown>[]): fc.Arbitrary<readonly Action[]> =>
  // reason: each arbitrary above makes actions of the union; fast-check widens the literals in them.
  fc.array(
    fc.oneof(
      often,
      { arbitrary: submitAny, weight: 3 },
      { arbitrary: pass, weight: 4 },
      ...kinds,
    ) as fc.Arbitrary<Action>,
    { maxLength: 30 },
  );

async function run(seed: number, faults: NetworkFaults, actions: readonly Action[]): Promise<JobWorld> {
  const world = new JobWorld(seed, faults);
  for (let n = 0; n < AGENTS; n++) await world.addAgent(n + 1);
  for (let n = 0; n < REQUESTERS; n++) await world.addRequester();
  await world.pass(200);
  for (const action of actions) await perform(world, action);
  world.heal();
  await world.pass(SETTLE_MS);
  return world;
}

async function perform(world: JobWorld, action: Action): Promise<void> {
  switch (action.do) {
    case "submit":
      return world.submit(action.requester, action.agent, action.plan);
    case "cancel":
      return world.jobs.at(-1 - (action.nth % Math.max(1, world.jobs.length)))?.handle.cancel();
    case "submit-any":
      world.submitAny(action.requester, action.plan);
      return;
    case "cancel-any":
      return world.runs.at(-1 - (action.nth % Math.max(1, world.runs.length)))?.handle.cancel();
    case "pass":
      return world.pass(action.time);
    case "reload":
      return world.reloadRequester(action.requester);
    case "crash-agent":
      return world.crashAgent(action.agent);
    case "cut-requester":
      return world.requesters[action.requester]?.transport.sever();
    case "mend-requester":
      return world.requesters[action.requester]?.transport.reconnect();
    case "cut-agent":
      return world.agents[action.agent]?.transport.sever();
    case "freeze-agent":
      return world.agents[action.agent]?.transport.lose();
    case "mend-agent":
      return world.agents[action.agent]?.transport.reconnect();
    case "stop-broker":
      return world.broker.stop();
    case "start-broker":
      return world.broker.start();
  }
}

/** What must hold of every job, whatever happened. */
function checkAlways(world: JobWorld): void {
  for (const job of world.jobs) {
    expect(job.ends).toHaveLength(1);
    expect(job.afterEnd).toBe(0);
    const expected = expectedOutputs(job.plan);
    expect(job.outputs).toEqual(expected.slice(0, job.outputs.length));
    const [end] = job.ends;
    const finished = end?.status === "executed" && end.end.status === "ok";
    if (finished) expect(job.outputs).toEqual(expected);
  }
  for (const run of world.runs) {
    // A page that was reloaded is gone, and with it what only it knew of.
    if (run.ends.length === 0 && world.reloaded.has(run.requester)) continue;
    expect(run.ends).toHaveLength(1);
    expect(run.afterEnd).toBe(0);
    const expected = expectedOutputs(run.plan);
    expect(run.outputs).toEqual(expected.slice(0, run.outputs.length));
    const [end] = run.ends;
    if (end?.status === "executed" && end.end.status === "ok") expect(run.outputs).toEqual(expected);
  }
  expect([...world.starts.values()].every((count) => count === 1)).toBe(true);
}

describe("a job", () => {
  it(
    "ends exactly once, with its output in order, over a network that loses, repeats and reorders, with crashes",
    async () => {
      const actions = actionsOf(cutting, cuttingAgent, broker, worse);
      const faults = fc.record({
        lost: fc.constantFrom(0, 0.05, 0.3),
        repeated: fc.constantFrom(0, 0.2),
        delay: fc.constantFrom(1, 20, 300),
      });
      await checkProperty(
        "jobs over a bad network",
        25,
        fc.asyncProperty(fc.nat(), faults, actions, async (seed, network, script) => {
          checkAlways(await run(seed, network, script));
        }),
      );
    },
    PROPERTY_LIMIT,
  );

  it(
    "is neither lost nor done twice when only the broker restarts and requesters lose their network",
    async () => {
      await checkProperty(
        "jobs over broker restarts",
        25,
        fc.asyncProperty(fc.nat(), actionsOf(cutting, broker), async (seed, script) => {
          const world = await run(seed, { lost: 0, repeated: 0, delay: 5 }, [{ do: "pass", time: 500 }, ...script]);
          checkAlways(world);
          for (const run of world.runs) {
            const [end] = run.ends;
            // Each cut looks as if an agent broke, and three of them are enough.
            if (end?.status !== "parked") expect(end).toEqual({ status: "executed", end: { status: "ok" } });
          }
          for (const job of world.jobs) expect(job.ends).toEqual([{ status: "executed", end: { status: "ok" } }]);
          const starts = world.runs.reduce((sum, { restarts }) => sum + 1 + restarts, 0);
          expect(world.starts.size).toBeLessThanOrEqual(world.jobs.length + starts);
        }),
      );
    },
    PROPERTY_LIMIT,
  );
});
