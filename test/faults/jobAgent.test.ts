import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KernelId, RoomId } from "#shared/base/ids.ts";
import type { JobEnd } from "#shared/jobs/jobMessage.ts";
import { LEASE } from "#shared/jobs/requestedJob.ts";
import type { CellOutput } from "#shared/notebook/output.ts";
import type { SubmittedJob } from "#shared/session/execution/SubmittedJob.ts";
import type { JobRequester } from "#shared/session/JobRequester.ts";
import { RemoteKernel } from "#shared/session/RemoteKernel.ts";
import { printed, runOn } from "../contract/kernel.ts";
import { JobClass, type AgentChild } from "../support/jobs/JobClass.ts";
import { isAlive, killAll, processTree } from "../support/processes.ts";
import { flowOf, requestFor } from "../support/programs.ts";
import { untilTrue, untilValue } from "../support/until.ts";
import { SLACK } from "../support/slack.ts";

const OK: JobEnd = { status: "executed", end: { status: "ok" } };
/** Linux tells the processes below a process; elsewhere only the agent itself is watched. */
const LINUX = process.platform === "linux";

let jobs: JobClass;
let requester: JobRequester;

beforeAll(async () => {
  jobs = await JobClass.start();
  requester = await jobs.startRequester();
});
afterAll(() => jobs.stop());

interface Running {
  readonly job: SubmittedJob;
  readonly outputs: readonly CellOutput[];
}

/** Submits a cell and waits until it printed something. */
async function start(agent: AgentChild, source: string, from = requester): Promise<Running> {
  await untilValue(from.agents, (all) => all.some(({ peer }) => peer === agent.peer));
  const options = { notebook: RoomId.create(), kernel: KernelId.create(), fresh: true };
  const job = from.submit(agent.peer, requestFor(flowOf({ a: source }), "a"), options);
  const outputs: CellOutput[] = [];
  await new Promise<void>((resolve) => {
    job.onOutput((output) => {
      outputs.push(output);
      resolve();
    });
  });
  return { job, outputs };
}

/** What the agent says on standard error from now on. */
function toldBy({ child }: AgentChild): () => string {
  const said: string[] = [];
  child.stderr.on("data", (text: string) => said.push(text));
  return () => said.join("");
}

const SPIN = "console.log('on'); while (true) {}";
const waitAndPrint = (ms: number): string =>
  `console.log('before'); await new Promise((done) => setTimeout(done, ${ms})); console.log('after')`;

describe("a job on an agent", () => {
  it.each([
    ["the strongest isolation there is here", undefined],
    // Without PATH neither bubblewrap nor prlimit is found.
    ["Deno alone", { PATH: "" }],
  ])("is interrupted when the agent is killed, and no slot is left: %s", async (_name, env) => {
    const agent = await jobs.startAgent(env === undefined ? {} : { env });
    if (env !== undefined) expect(agent.isolation).toBe(2);
    const { job } = await start(agent, SPIN);
    const all = LINUX ? processTree(agent.child.pid!) : [];
    if (LINUX) expect(all.length).toBeGreaterThan(1);
    agent.child.kill("SIGKILL");
    const killed = performance.now();
    expect(await job.end).toMatchObject({ status: "interrupted" });
    expect(performance.now() - killed).toBeLessThan(2_000 * SLACK);
    await untilTrue("all processes of the agent ended", () => !all.some(isAlive));
    expect(requester.agents.get().some(({ peer }) => peer === agent.peer)).toBe(false);
  });

  it.skipIf(process.platform === "win32")(
    "is interrupted when its lease is over while the agent stands still",
    async () => {
      const agent = await jobs.startAgent();
      const { job } = await start(agent, SPIN);
      agent.child.kill("SIGSTOP");
      const stopped = performance.now();
      expect(await job.end).toMatchObject({ status: "interrupted" });
      const waited = performance.now() - stopped;
      expect(waited).toBeLessThan(LEASE + 1_000 * SLACK);
      expect(waited).toBeGreaterThan(LEASE - 1_500);
      // What it has to say when it wakes up changes nothing, and the agent is of use again.
      agent.child.kill("SIGCONT");
      expect((await start(agent, "console.log(1)")).outputs).toHaveLength(1);
    },
  );

  it("ends exactly once, with all output, when the broker is killed and restarted meanwhile", async () => {
    const agent = await jobs.startAgent({ slots: 2 });
    const { job, outputs } = await start(agent, waitAndPrint(1_500));
    const other = await start(agent, waitAndPrint(200));
    const broker = jobs.broker.pid!;
    process.kill(broker, "SIGKILL");
    expect(await Promise.all([job.end, other.job.end])).toEqual([OK, OK]);
    expect([printed(outputs), printed(other.outputs)]).toEqual(["before\nafter\n", "before\nafter\n"]);
    expect(jobs.broker.pid).not.toBe(broker);
    expect((await start(agent, "console.log(1)")).outputs).toHaveLength(1);
  });

  it("ends while its requester is away, and is told when the requester is back", async () => {
    const agent = await jobs.startAgent();
    const proxied = await jobs.startCuttableRequester(agent);
    const freeSlots = (free: number) =>
      untilValue(requester.agents, (all) =>
        all.some(({ peer, freeSlots: now }) => peer === agent.peer && now === free),
      );
    const { job, outputs } = await start(agent, waitAndPrint(1_500), proxied.requester);
    await freeSlots(0);
    proxied.cut();
    await freeSlots(1);
    proxied.mend();
    expect(await job.end).toEqual(OK);
    expect(printed(outputs)).toBe("before\nafter\n");
  });

  it("goes on when the agent loses its connection for a moment", async () => {
    const { agent, proxy } = await jobs.startCuttableAgent();
    const { job, outputs } = await start(agent, waitAndPrint(1_000));
    proxy.cut();
    await untilTrue(
      "the requester sees it gone",
      () => !requester.agents.get().some(({ peer }) => peer === agent.peer),
    );
    proxy.mend();
    expect(await job.end).toEqual(OK);
    expect(printed(outputs)).toBe("before\nafter\n");
  });

  it("ends by itself when the agent is told to leave; what waits there is given back, and the agent says so", async () => {
    const agent = await jobs.startAgent();
    const { job, outputs } = await start(agent, waitAndPrint(1_500));
    const options = { notebook: RoomId.create(), kernel: KernelId.create(), fresh: true };
    const waiting = requester.submit(agent.peer, requestFor(flowOf({ a: "1" }), "a"), options);
    const all = LINUX ? processTree(agent.child.pid!) : [];
    const said = toldBy(agent);
    agent.child.kill("SIGTERM");
    await untilValue(requester.agents, (now) =>
      now.some(({ peer, draining }) => peer === agent.peer && draining === true),
    );
    expect(await job.end).toEqual(OK);
    expect(printed(outputs)).toBe("before\nafter\n");
    expect(await agent.exited).toBe(0);
    expect(said()).toMatch(/takes no more cells; finishing 1 cell, for at most 60 s[^]*left the class\n$/);
    // The agent is not there any more: nobody else could have executed it.
    expect(await waiting.end).toMatchObject({ status: "failed", code: "agent-absent" });
    await untilTrue("all processes of the agent ended", () => !all.some(isAlive));
  });

  it("is interrupted at once when the agent is told to end a second time, or its limit to finish is over", async () => {
    const told = await jobs.startAgent();
    const { job } = await start(told, SPIN);
    told.child.kill("SIGTERM");
    await untilValue(requester.agents, (now) =>
      now.some(({ peer, draining }) => peer === told.peer && draining === true),
    );
    const again = performance.now();
    told.child.kill("SIGTERM");
    expect(await job.end).toMatchObject({ status: "interrupted", message: "the agent left" });
    expect(performance.now() - again).toBeLessThan(1_000 * SLACK);
    expect(await told.exited).toBe(0);
    const limited = await jobs.startAgent({ args: ["--drain", "0.2"] });
    const other = await start(limited, SPIN);
    const said = toldBy(limited);
    limited.child.kill("SIGTERM");
    expect(await other.job.end).toMatchObject({ status: "interrupted", message: "the agent left" });
    expect(await limited.exited).toBe(0);
    expect(said()).toContain("1 cell took too long and was stopped");
  });

  it("leaves no kernel that believes to have values when its agent is another than before", async () => {
    const data = jobs.newFolder();
    const agent = await jobs.startAgent({ data });
    await untilValue(requester.agents, (all) => all.some(({ peer }) => peer === agent.peer));
    const kernel = new RemoteKernel({ requester, agent: agent.peer, notebook: RoomId.create() });
    await runOn(kernel, requestFor(flowOf({ a: "const x = 1" }), "a"));
    agent.child.kill("SIGKILL");
    await agent.exited;
    await jobs.startAgent({ data });
    await untilTrue("the kernel is known to be lost", () => kernel.lost);
    expect(kernel.holds().size).toBe(0);
  });

  it("is interrupted when the program that started the agent is gone", async () => {
    const agent = await jobs.startAgent();
    const { job } = await start(agent, SPIN);
    agent.child.stdin.end();
    expect(await job.end).toMatchObject({ status: "interrupted" });
    expect(await agent.exited).toBe(0);
  });

  it("is lost when its slot dies, and the agent goes on", async () => {
    const agent = await jobs.startAgent();
    const before = LINUX ? processTree(agent.child.pid!) : [];
    const { job, outputs } = await start(agent, "console.log('on'); await new Promise(() => {})");
    // The slot was started before the job: a spare one. The one started since is the next spare.
    killAll(before.slice(1));
    if (!LINUX) job.cancel();
    expect(await job.end).toMatchObject(LINUX ? { status: "failed", code: "kernel-lost" } : { status: "executed" });
    if (LINUX) expect(outputs.at(-1)).toMatchObject({ output_type: "error", ename: "KernelLostError" });
    expect((await start(agent, "console.log(1)")).outputs).toHaveLength(1);
  });

  it("is taken by the newest of two agents with one key, and the older one ends", async () => {
    const data = jobs.newFolder();
    const old = await jobs.startAgent({ data });
    const newer = await jobs.startAgent({ data });
    expect(newer.peer).toBe(old.peer);
    expect(await old.exited).toBe(1);
    expect((await start(newer, "console.log(1)")).outputs).toHaveLength(1);
  });
});
