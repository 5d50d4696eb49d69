// A class in one process, with time and network in the hands of the test: real sessions, links, seals and signatures over
// a broker that may lose, repeat and reorder every message.

import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { MemoryJobBroker, type MemoryJobTransport } from "#shared/adapters/MemoryJobTransport.ts";
import { KernelId, RoomId, RunId } from "#shared/base/ids.ts";
import { seededRandom } from "#shared/base/seededRandom.ts";
import type { StopSignal } from "#shared/base/StopSignal.ts";
import { ms } from "#shared/base/units.ts";
import type { AgentEnd, JobEnd, OfferMessage } from "#shared/jobs/jobMessage.ts";
import type { DispatchEnd } from "#shared/jobs/dispatch/dispatchedJob.ts";
import { JobLink } from "#shared/jobs/link/JobLink.ts";
import type { CellOutput } from "#shared/notebook/output.ts";
import type { Signer } from "#shared/ports/Signer.ts";
import { createRoomSecret, deriveRoomKeys } from "#shared/rooms/roomKeys.ts";
import type { JobExecutor } from "#shared/session/agent/JobExecutor.ts";
import { JobAgent } from "#shared/session/JobAgent.ts";
import { JobDispatcher, type DispatchedRun } from "#shared/session/JobDispatcher.ts";
import type { SubmittedJob } from "#shared/session/execution/SubmittedJob.ts";
import { JobRequester } from "#shared/session/JobRequester.ts";
import { NodeSigner } from "../../../workers/agent/NodeSigner.ts";
import { FakeClock } from "../FakeClock.ts";
import { programOf } from "./messages.ts";

/** Shares of messages, 0 to 1, and the longest delay in milliseconds: above 0 messages overtake one another. */
export interface NetworkFaults {
  readonly lost: number;
  readonly repeated: number;
  readonly delay: number;
}

/** What a job does: prints this many outputs of this size, taking this many milliseconds. */
export interface JobPlan {
  readonly outputs: number;
  readonly size: number;
  readonly time: number;
}

interface Member {
  readonly signer: Signer;
  transport: MemoryJobTransport;
}
interface AgentMember extends Member {
  readonly slots: number;
}
interface RequesterMember extends Member {
  requester: JobRequester;
  dispatcher: JobDispatcher;
}

/** One job, as the user who asked for it saw it. */
export interface WatchedJob {
  readonly run: RunId;
  readonly plan: JobPlan;
  readonly agent: number;
  readonly requester: number;
  outputs: string[];
  ends: JobEnd[];
  afterEnd: number;
  handle: SubmittedJob;
}

/** One job that any agent may do. */
export interface WatchedRun {
  readonly plan: JobPlan;
  readonly requester: number;
  outputs: string[];
  readonly ends: DispatchEnd[];
  restarts: number;
  afterEnd: number;
  readonly handle: DispatchedRun;
}

export class JobWorld {
  readonly clock = new FakeClock();
  readonly jobs: WatchedJob[] = [];
  readonly runs: WatchedRun[] = [];
  readonly reloaded = new Set<number>();
  /** Agent's life and job → how often it was started. */
  readonly starts = new Map<string, number>();
  readonly agents: AgentMember[] = [];
  readonly requesters: RequesterMember[] = [];
  readonly broker: MemoryJobBroker;
  readonly #keys = deriveRoomKeys(RoomId.create(), createRoomSecret());
  readonly #random: () => number;
  #faults: NetworkFaults;
  #life = 0;

  constructor(seed: number, faults: NetworkFaults) {
    this.#random = seededRandom(seed);
    this.#faults = faults;
    this.broker = new MemoryJobBroker((deliver) => this.#carry(deliver));
  }

  async addAgent(slots: number): Promise<void> {
    const signer = NodeSigner.create();
    this.agents.push({ signer, slots, transport: await this.#startAgent(signer, slots) });
  }

  async addRequester(): Promise<void> {
    const signer = NodeSigner.create();
    this.requesters.push({ signer, ...(await this.#startRequester(signer)) });
  }

  submit(requester: number, agent: number, plan: JobPlan): void {
    const run = RunId.create();
    const request = { run, program: programOf(JSON.stringify(plan)), before: [] };
    const options = { notebook: RoomId.create(), kernel: KernelId.create(), fresh: true };
    const handle = this.requesters[requester]!.requester.submit(this.agents[agent]!.signer.peer, request, options);
    const job: WatchedJob = { run, plan, agent, requester, outputs: [], ends: [], afterEnd: 0, handle };
    this.jobs.push(job);
    this.#watch(job, handle);
  }

  /** Submits a job that any agent may do. */
  submitAny(requester: number, plan: JobPlan): WatchedRun {
    const request = { run: RunId.create(), program: programOf(JSON.stringify(plan)), before: [] };
    const handle = this.requesters[requester]!.dispatcher.submit(request, { notebook: RoomId.create() });
    const run: WatchedRun = { plan, requester, outputs: [], ends: [], restarts: 0, afterEnd: 0, handle };
    this.runs.push(run);
    handle.onRestart(() => {
      run.outputs = [];
      run.restarts += 1;
    });
    handle.onOutput((output) => {
      if (run.ends.length > 0) run.afterEnd += 1;
      run.outputs.push(textOf(output));
    });
    void handle.end.then((end) => run.ends.push(end));
    return run;
  }

  /** The agent's process dies, as the broker notices, and is started again: the same device in a new life. */
  async crashAgent(index: number): Promise<void> {
    const agent = this.agents[index]!;
    agent.transport.sever();
    void agent.transport.close();
    agent.transport = await this.#startAgent(agent.signer, agent.slots);
  }

  /** The page is reloaded: a new life takes up the jobs it does not know the end of. */
  async reloadRequester(index: number): Promise<void> {
    const member = this.requesters[index]!;
    this.reloaded.add(index);
    member.transport.sever();
    void member.transport.close();
    const open = this.jobs.filter((job) => job.requester === index && job.ends.length === 0);
    Object.assign(member, await this.#startRequester(member.signer));
    for (const job of open) {
      // What the user sees of the job begins anew.
      job.outputs = [];
      this.#watch(job, member.requester.adopt(job.run, this.agents[job.agent]!.signer.peer));
    }
  }

  /** Lets time pass as an event loop does. */
  pass(duration: number): Promise<void> {
    return this.clock.advanceAsync(ms(duration));
  }

  /** From now on nothing is lost, and everybody is connected. */
  heal(): void {
    this.#faults = { lost: 0, repeated: 0, delay: 1 };
    if (!this.broker.running) this.broker.start();
    // What a broker keeps and cannot bring costs the connection: it would not leave a requester untold of all agents.
    for (const { transport, requester } of this.requesters) if (requester.agents.get().length === 0) transport.lose();
    for (const { transport } of [...this.agents, ...this.requesters]) transport.reconnect();
  }

  #carry(deliver: () => void): void {
    const { lost, repeated, delay } = this.#faults;
    if (this.#random() < lost) return;
    const copies = this.#random() < repeated ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) this.clock.after(ms(this.#random() * delay), deliver);
  }

  /** Only the life that is current when something happens is the user's. */
  #watch(job: WatchedJob, handle: SubmittedJob): void {
    job.handle = handle;
    const current = (): boolean => job.handle === handle;
    handle.onOutput((output) => {
      if (!current()) return;
      if (job.ends.length > 0) job.afterEnd += 1;
      job.outputs.push(textOf(output));
    });
    void handle.end.then((end) => current() && job.ends.push(end));
  }

  #open(signer: Signer, name: string, slots: number): { link: Promise<JobLink>; transport: () => MemoryJobTransport } {
    let transport: MemoryJobTransport | undefined;
    const facts = { languages: ["javascript"], slots, freeSlots: slots, isolation: 2 } as const;
    const link = JobLink.open({
      connect: (will) => (transport = this.broker.connect(will)),
      keys: this.#keys,
      signer,
      incarnation: (this.#life += 1),
      presence: { type: "presence", name, agent: slots > 0 ? facts : undefined },
      clock: this.clock,
      afterTurn: queueMicrotask,
      logger: silentLogger,
    });
    return { link, transport: () => transport! };
  }

  async #startAgent(signer: Signer, slots: number): Promise<MemoryJobTransport> {
    const { link, transport } = this.#open(signer, "agent", slots);
    const executor = this.#executor(`${signer.peer} ${this.#life}`);
    const facts = { languages: ["javascript"], slots, isolation: 2 } as const;
    new JobAgent({ link: await link, clock: this.clock, executor, name: "agent", facts });
    return transport();
  }

  async #startRequester(signer: Signer): Promise<Omit<RequesterMember, "signer">> {
    const { link, transport } = this.#open(signer, "requester", 0);
    const requester = new JobRequester({ link: await link, clock: this.clock });
    const dispatcher = new JobDispatcher({ requester, clock: this.clock, seed: this.#life });
    return { requester, dispatcher, transport: transport() };
  }

  #executor(life: string): JobExecutor {
    return {
      release: () => {},
      onLost: () => () => {},
      execute: async (_author: string, offer: OfferMessage, { outputs }, signal): Promise<AgentEnd> => {
        const name = `${life} ${offer.job} ${offer.attempt}`;
        this.starts.set(name, (this.starts.get(name) ?? 0) + 1);
        const plan = JSON.parse(offer.program.code) as JobPlan;
        const stopped = (): boolean => signal.aborted;
        for (let n = 0; n < plan.outputs && !stopped(); n++) {
          await this.#sleep(plan.time / plan.outputs, signal);
          if (!stopped()) outputs([outputOf(plan, n)]);
        }
        return { status: "executed", end: stopped() ? { status: "interrupted", stateLost: true } : { status: "ok" } };
      },
    };
  }

  #sleep(time: number, signal: StopSignal): Promise<void> {
    return new Promise((resolve) => {
      this.clock.after(ms(time), resolve);
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
  }
}

/** The outputs a job prints that runs to its end, as text. */
export function expectedOutputs(plan: JobPlan): readonly string[] {
  return Array.from({ length: plan.outputs }, (_, n) => textOf(outputOf(plan, n)));
}

function outputOf(plan: JobPlan, n: number): CellOutput {
  return { output_type: "stream", name: "stdout", text: `${n}:${"x".repeat(plan.size)}\n` };
}

const textOf = (output: CellOutput): string =>
  output.output_type === "stream" ? `${output.text.split(":")[0] ?? ""} of ${output.text.length}` : output.output_type;
