import type { PeerId, RunId } from "#shared/base/ids.ts";
import { ms, type Milliseconds } from "#shared/base/units.ts";
import type { AgentJob } from "#shared/jobs/agentJob.ts";
import {
  freeSlots,
  heartbeatOf,
  nextAgentTime,
  stepAgent,
  type AgentEvent,
  type JobRequest,
} from "#shared/jobs/agentMachine.ts";
import { createAgent, type AgentEffect, type AgentState } from "#shared/jobs/agentState.ts";
import type { JobKey } from "#shared/jobs/jobKey.ts";
import type { AgentEnd, HeartbeatMessage, OfferMessage } from "#shared/jobs/jobMessage.ts";
import { encodeItem } from "#shared/jobs/outputLog.ts";
import type { Say } from "./modelNetwork.ts";

const OK: AgentEnd = { status: "executed", end: { status: "ok" } };
const STOPPED: AgentEnd = { status: "executed", end: { status: "interrupted", stateLost: true } };

/** What a job does: a program's code, as JSON. */
export interface ModelPlan {
  readonly outputs: number;
  readonly time: number;
}

interface Executing {
  readonly offer: OfferMessage;
  readonly until: Milliseconds;
}

/** An agent as its machine decides, whose slots do what plans say, and whose disk keeps ends at once. */
export class ModelAgent {
  readonly peer: PeerId;
  readonly slots: number;
  life = 0;
  cut = false;
  frozen = false;
  onStarted: (job: RunId, at: Milliseconds) => void = () => {};
  readonly #say: Say;
  readonly #disk = new Map<JobKey, AgentJob>();
  #executing = new Map<JobKey, Executing>();
  #started = new Set<JobKey>();
  #state: AgentState;

  constructor(peer: PeerId, slots: number, say: Say) {
    this.peer = peer;
    this.slots = slots;
    this.#say = say;
    this.#state = createAgent(slots);
    this.begin(ms(0));
  }

  get state(): AgentState {
    return this.#state;
  }

  get freeSlots(): number {
    return freeSlots(this.#state);
  }

  /** A new life: of the old one there is what the disk has. */
  begin(at: Milliseconds): void {
    this.life += 1;
    this.frozen = false;
    this.#executing = new Map();
    this.#started = new Set();
    this.#state = createAgent(this.slots);
    const jobs = [...this.#disk.values()].map((job) => ({ ...job, sent: 0, got: 0, dones: 0, nextDone: at }));
    this.step({ type: "restored", jobs, at });
  }

  hear(from: PeerId, message: JobRequest, at: Milliseconds): void {
    this.step({ type: "message-received", from, message, at });
  }

  step(event: AgentEvent): void {
    const { state, effects } = stepAgent(this.#state, event);
    this.#state = state;
    for (const effect of effects) this.#perform(effect, event.at);
    this.#check();
  }

  get next(): Milliseconds {
    const times = [...this.#executing.values()].map(({ until }) => until);
    return ms(Math.min(nextAgentTime(this.#state) ?? Infinity, ...times));
  }

  passTime(at: Milliseconds): void {
    for (const [key, { offer, until }] of [...this.#executing]) {
      if (until > at || !this.#executing.has(key)) continue;
      const { outputs } = JSON.parse(offer.program.code) as ModelPlan;
      for (let n = 0; n < outputs; n++) this.step({ type: "output-made", key, item: itemOf(this, offer, n), at });
      this.#end(key, OK, at);
    }
    this.step({ type: "time-passed", at });
  }

  get heartbeat(): HeartbeatMessage {
    return heartbeatOf(this.#state);
  }

  #perform(effect: AgentEffect, at: Milliseconds): void {
    switch (effect.type) {
      case "send":
        this.#say(this.peer, effect.to, effect.message);
        return;
      case "start-execution": {
        const { key, offer } = effect;
        if (this.#started.has(key)) throw new Error(`${key} was started twice in one life`);
        this.#started.add(key);
        this.onStarted(offer.job, at);
        const { time } = JSON.parse(offer.program.code) as ModelPlan;
        this.#executing.set(key, { offer, until: ms(at + time) });
        return;
      }
      case "give-ahead":
        throw new Error("slots of the model take one job at a time");
      case "stop-execution":
        this.#end(effect.key, STOPPED, at);
        return;
      case "keep-end": {
        const job = this.#state.jobs.get(effect.key);
        if (job !== undefined) this.#disk.set(effect.key, job);
        return;
      }
      case "forget-end":
        this.#disk.delete(effect.key);
        return;
      case "answer-question":
        // What plans describe asks nobody.
        return;
    }
  }

  #end(key: JobKey, end: AgentEnd, at: Milliseconds): void {
    if (this.#executing.delete(key)) this.step({ type: "execution-ended", key, end, at });
  }

  /** At no time do two attempts of one job execute here, unless one of them is being stopped. */
  #check(): void {
    const running = [...this.#state.jobs.values()].filter(({ stage }) => stage.name === "running" && !stage.replaced);
    const names = running.map(({ from, job }) => `${from} ${job}`);
    if (new Set(names).size < names.length)
      throw new Error(`two attempts run at once: ${running.map(({ key }) => key).join()}`);
    if (running.length > this.slots) throw new Error(`${running.length} jobs run in ${this.slots} slots`);
  }
}

/** An output names the attempt and the life that made it. */
function itemOf({ peer, life }: ModelAgent, { attempt }: OfferMessage, n: number): Uint8Array {
  return encodeItem([{ output_type: "stream", name: "stdout", text: `${peer} ${life} ${attempt} ${n}` }]);
}
