// A university in one process: 1,000 agents and 200 submitters, as the machines of the protocol decide, over a network whose
// messages take about a millisecond. Time is virtual: what is measured is the protocol, and not this machine.

import { PeerId, RunId } from "#shared/base/ids.ts";
import { seededRandom } from "#shared/base/seededRandom.ts";
import { ms, type Milliseconds } from "#shared/base/units.ts";
import { isJobRequest } from "#shared/jobs/agentMachine.ts";
import { HEARTBEAT } from "#shared/jobs/jobMessage.ts";
import { ModelAgent } from "../support/models/jobs/ModelAgent.ts";
import type { Said } from "../support/models/jobs/modelNetwork.ts";
import { ModelRequester } from "../support/models/jobs/ModelRequester.ts";
import { quantile } from "./jobs/quantile.ts";
import { TimeQueue } from "./simulation/TimeQueue.ts";

const AGENTS = 1_000;
const SLOTS = 1;
const SUBMITTERS = 200;
/** Of each submitter; all together two for each slot. */
const JOBS = 10;
/** Milliseconds that a job takes, and that a message takes at most. */
const LENGTH = 100;
const DELAY = 2;
/** Part of the slots that is busy where jobs come evenly. */
const LOAD = 0.5;

interface Figures {
  readonly dispatch_p50_ms: number;
  readonly dispatch_p99_ms: number;
  readonly makespan_over_ideal: number;
  readonly messages_per_job: number;
  readonly heartbeats_per_job: number;
}

/**
 * `herd`: all submit all their jobs at one instant. `steady`: jobs come evenly, for half of the slots. Of each:
 * `dispatch_…_ms` from submission to start, virtual; `…_per_job`: messages, of which several may share an envelope, and
 * heartbeats published (each is heard by every submitter). `ms_per_job`: real time of all machines together.
 */
export function measure(): Promise<Readonly<Record<string, Figures | number>>> {
  const began = performance.now();
  const steady = new Simulation(1).run((jobs) => (jobs * LENGTH) / (AGENTS * SLOTS * LOAD));
  const herd = new Simulation(2).run(() => 0);
  const spent = performance.now() - began;
  return Promise.resolve({ herd, steady, ms_per_job: spent / (2 * SUBMITTERS * JOBS) });
}

class Simulation {
  readonly #queue = new TimeQueue();
  readonly #random: () => number;
  readonly #agents = new Map<PeerId, ModelAgent>();
  readonly #submitters = new Map<PeerId, ModelRequester>();
  readonly #submittedAt = new Map<RunId, number>();
  readonly #waits: number[] = [];
  readonly #counts = { messages: 0, heartbeats: 0 };
  readonly #alarms = new Map<ModelAgent | ModelRequester, number>();
  #lastEnd = 0;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
    const say = (from: PeerId, to: PeerId, message: Said): void => this.#say(from, to, message);
    for (let n = 0; n < AGENTS; n++) {
      const agent = new ModelAgent(peerAt(n), SLOTS, say);
      agent.onStarted = (job, at) => this.#waits.push(at - (this.#submittedAt.get(job) ?? at));
      this.#agents.set(agent.peer, agent);
    }
    for (let n = 0; n < SUBMITTERS; n++) {
      const submitter = new ModelRequester(peerAt(AGENTS + n), seed + n, say);
      submitter.meet([...this.#agents.values()], ms(0));
      for (const agent of this.#agents.values()) {
        agent.step({ type: "requester-seen", requester: submitter.peer, at: ms(0) });
      }
      this.#submitters.set(submitter.peer, submitter);
    }
  }

  /** `when`: at which time so many jobs have been submitted. */
  run(when: (jobs: number) => number): Figures {
    const jobs = SUBMITTERS * JOBS;
    const submitters = [...this.#submitters.values()];
    for (let n = 0; n < jobs; n++) this.#queue.add(when(n), (at) => this.#submit(submitters[n % SUBMITTERS]!, n, at));
    this.#queue.add(HEARTBEAT, (at) => this.#beat(at));
    const isOver = (): boolean => submitters.every(({ jobs: own, open }) => own.size === JOBS && open === 0);
    while (!isOver()) for (let n = 0; n < 1_000; n++) this.#queue.next();
    for (const { jobs: own } of submitters) {
      const lost = [...own.values()].filter(({ ends }) => ends.length !== 1 || ends[0]?.status !== "executed");
      if (lost.length > 0) throw new Error(`${lost.length} jobs did not end as they should`);
    }
    const ideal = Math.max(when(jobs), (jobs * LENGTH) / (AGENTS * SLOTS));
    return {
      dispatch_p50_ms: quantile(this.#waits, 0.5),
      dispatch_p99_ms: quantile(this.#waits, 0.99),
      makespan_over_ideal: this.#lastEnd / ideal,
      messages_per_job: this.#counts.messages / jobs,
      heartbeats_per_job: this.#counts.heartbeats / jobs,
    };
  }

  #submit(submitter: ModelRequester, n: number, at: Milliseconds): void {
    const job = RunId.parse(`job-${n}`)!;
    this.#submittedAt.set(job, at);
    submitter.submit(job, { outputs: 0, time: LENGTH }, at);
    this.#wake(submitter);
  }

  #say(from: PeerId, to: PeerId, message: Said): void {
    const at = this.#queue.at;
    this.#counts.messages += 1;
    this.#queue.add(at + (this.#random() * DELAY + DELAY) / 2, (now) => this.#deliver(from, to, message, now));
  }

  #deliver(from: PeerId, to: PeerId, message: Said, at: Milliseconds): void {
    const agent = this.#agents.get(to);
    const submitter = this.#submitters.get(to);
    if (message.type === "presence") return;
    if (agent !== undefined && message.type !== "heartbeat" && isJobRequest(message)) {
      agent.hear(from, message, at);
      this.#wake(agent);
    }
    if (submitter === undefined) return;
    submitter.hear(from, 1, message, at);
    if (message.type === "done") this.#lastEnd = at;
    this.#wake(submitter);
  }

  /** Heartbeats reach everybody who waits for jobs; how many slots are free is shown as often. */
  #beat(at: Milliseconds): void {
    const agents = [...this.#agents.values()];
    for (const { peer, heartbeat } of agents) {
      if (heartbeat.jobs.length === 0) continue;
      this.#counts.heartbeats += 1;
      for (const submitter of this.#submitters.values()) if (submitter.open > 0) submitter.hear(peer, 1, heartbeat, at);
    }
    for (const submitter of this.#submitters.values()) {
      if (submitter.open > 0) submitter.meet(agents, at);
      this.#wake(submitter);
    }
    this.#queue.add(at + HEARTBEAT, (next) => this.#beat(next));
  }

  /** Rings when the machine says that time alone changes something. */
  #wake(one: ModelAgent | ModelRequester): void {
    const { next } = one;
    if (next === Infinity || (this.#alarms.get(one) ?? Infinity) <= next) return;
    this.#alarms.set(one, next);
    this.#queue.add(Math.max(next, this.#queue.at), (at) => {
      if (this.#alarms.get(one) !== next) return;
      this.#alarms.delete(one);
      one.passTime(at);
      this.#wake(one);
    });
  }
}

function peerAt(n: number): PeerId {
  return PeerId.parse(`${n.toString(36).padStart(21, "0")}A`)!;
}
