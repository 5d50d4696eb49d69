import { KernelId, RoomId, type PeerId, type RunId } from "#shared/base/ids.ts";
import { ms, type Milliseconds } from "#shared/base/units.ts";
import {
  createDispatch,
  nextDispatchTime,
  stepDispatch,
  type DispatchEvent,
} from "#shared/jobs/dispatch/dispatchMachine.ts";
import type { DispatchEnd } from "#shared/jobs/dispatch/dispatchedJob.ts";
import type { DispatchState } from "#shared/jobs/dispatch/giveAway.ts";
import { isAgentMessage, type HeartbeatMessage, type InboxMessage } from "#shared/jobs/jobMessage.ts";
import { decodeItem } from "#shared/jobs/outputLog.ts";
import type { RequesterEffect } from "#shared/jobs/requestedJob.ts";
import {
  createRequester,
  nextRequesterTime,
  stepRequester,
  type RequesterEvent,
  type RequesterState,
} from "#shared/jobs/requesterMachine.ts";
import { offerOf, programOf } from "../../jobs/messages.ts";
import type { ModelAgent, ModelPlan } from "./ModelAgent.ts";
import type { Say } from "./modelNetwork.ts";

export interface ModelJob {
  readonly plan: ModelPlan;
  readonly ends: DispatchEnd[];
  /** Of the attempt that counts. */
  outputs: string[];
  attempt: number;
}

/** A submitter as its two machines decide; they are joined as `JobRequester` and `JobDispatcher` join them. */
export class ModelRequester {
  readonly peer: PeerId;
  readonly life = 1;
  readonly jobs = new Map<RunId, ModelJob>();
  online = true;
  cut = false;
  readonly #say: Say;
  #requester: RequesterState;
  #dispatch: DispatchState;
  /** What one machine told of the other comes after what it told before, as promises do. */
  readonly #later: (() => void)[] = [];
  #running = false;

  constructor(peer: PeerId, seed: number, say: Say) {
    this.peer = peer;
    this.#say = say;
    this.#requester = createRequester(ms(0));
    this.#dispatch = createDispatch(seed, ms(0));
    this.connect(true, ms(0));
  }

  get open(): number {
    return this.#requester.jobs.size + this.#dispatch.jobs.size;
  }

  get next(): Milliseconds {
    return ms(Math.min(nextRequesterTime(this.#requester) ?? Infinity, nextDispatchTime(this.#dispatch) ?? Infinity));
  }

  submit(job: RunId, plan: ModelPlan, at: Milliseconds): void {
    this.jobs.set(job, { plan, ends: [], outputs: [], attempt: 0 });
    this.#dispatchStep({ type: "submitted", job, languages: ["javascript"], at });
  }

  cancel(job: RunId, at: Milliseconds): void {
    this.#dispatchStep({ type: "cancelled", job, at });
  }

  connect(online: boolean, at: Milliseconds): void {
    this.online = online;
    this.#step({ type: online ? "went-online" : "went-offline", at });
    this.#dispatchStep({ type: "online-changed", online, at });
  }

  /** Looks who is there. */
  meet(agents: readonly ModelAgent[], at: Milliseconds): void {
    for (const { peer, life, cut } of agents) {
      const known = this.#requester.agents.get(peer);
      if (cut && known?.here === true) this.#step({ type: "agent-gone", agent: peer, final: false, at });
      if (!cut && (known?.here !== true || known.incarnation !== life)) {
        this.#step({ type: "agent-seen", agent: peer, incarnation: life, at });
      }
    }
    const here = agents.filter(({ cut }) => !cut);
    const facts = here.map(({ peer, slots, freeSlots }) => {
      return [peer, { name: peer, languages: ["javascript"], slots, freeSlots }] as const;
    });
    this.#dispatchStep({ type: "agents-changed", agents: new Map(facts), at });
  }

  lifeOf(agent: PeerId): number | undefined {
    return this.#requester.agents.get(agent)?.incarnation;
  }

  hear(from: PeerId, life: number, message: InboxMessage | HeartbeatMessage, at: Milliseconds): void {
    if (this.lifeOf(from) !== life) this.#step({ type: "agent-seen", agent: from, incarnation: life, at });
    if (message.type === "heartbeat") {
      this.#step({ type: "heartbeat-received", from, jobs: message.jobs, at });
      const own = message.credits?.find(({ peer }) => peer === this.peer);
      if (own !== undefined) this.#dispatchStep({ type: "credit-heard", agent: from, credit: own.credit, at });
      return;
    }
    if (!isAgentMessage(message)) return;
    this.#step({ type: "message-received", from, message, at });
    if ((message.type !== "ack" && message.type !== "busy") || message.credit === undefined) return;
    this.#dispatchStep({ type: "credit-heard", agent: from, credit: message.credit, at });
  }

  passTime(at: Milliseconds): void {
    this.#step({ type: "time-passed", at });
    this.#dispatchStep({ type: "time-passed", at });
  }

  #step(event: RequesterEvent): void {
    this.#inTurn(() => {
      const { state, effects } = stepRequester(this.#requester, event);
      this.#requester = state;
      for (const effect of effects) this.#perform(effect, event.at);
    });
  }

  #dispatchStep(event: DispatchEvent): void {
    this.#inTurn(() => {
      const { state, effects } = stepDispatch(this.#dispatch, event);
      this.#dispatch = state;
      for (const effect of effects) {
        const { job } = effect;
        if (effect.type === "offer") this.#offer(job, effect.agent, effect.attempt, event.at);
        else if (effect.type === "cancel-attempt") this.#step({ type: "cancelled", job, at: event.at });
        else if (effect.type === "recall-attempt") this.#step({ type: "recalled", job, at: event.at });
        else this.#end(job, effect.end);
      }
    });
  }

  #perform(effect: RequesterEffect, at: Milliseconds): void {
    switch (effect.type) {
      case "send":
        if (this.online) this.#say(this.peer, effect.to, effect.message);
        return;
      case "report-output": {
        const texts = decodeItem(effect.item).map((output) => (output.output_type === "stream" ? output.text : ""));
        const job = this.jobs.get(effect.job)!;
        if (job.ends.length > 0) throw new Error(`${effect.job} prints after its end`);
        job.outputs.push(...texts);
        return;
      }
      case "report-state":
        this.#dispatchStep({ type: "attempt-taken", job: effect.job, state: effect.state, at });
        return;
      case "report-end":
        this.#dispatchStep({ type: "attempt-ended", job: effect.job, end: effect.end, at });
        return;
      case "report-question":
        throw new Error(`${effect.job} asks, and no plan does`);
    }
  }

  #offer(job: RunId, agent: PeerId, attempt: number, at: Milliseconds): void {
    const known = this.jobs.get(job)!;
    if (this.#requester.jobs.has(job)) throw new Error(`attempt ${attempt} of ${job} begins while another lives`);
    if (attempt <= known.attempt) throw new Error(`attempt ${attempt} of ${job} comes after ${known.attempt}`);
    Object.assign(known, { attempt, outputs: [] });
    const program = programOf(JSON.stringify(known.plan));
    const own = { notebook: RoomId.parse("N".repeat(22))!, kernel: KernelId.create(), anyKernel: true } as const;
    const offer = { ...offerOf(job, { attempt, fence: attempt, program, ...own }), job };
    this.#step({ type: "requested", job, agent, offer, movable: true, at });
  }

  #end(job: RunId, end: DispatchEnd): void {
    const known = this.jobs.get(job)!;
    known.ends.push(end);
    if (known.ends.length > 1) throw new Error(`${job} ended ${known.ends.length} times`);
    if (end.status !== "executed" || end.end.status !== "ok") return;
    // One attempt's output, all of it, in order.
    const [maker] = known.outputs.map((text) => text.slice(0, text.lastIndexOf(" ")));
    const expected = Array.from({ length: known.plan.outputs }, (_, n) => `${maker} ${n}`);
    const given = JSON.stringify(known.outputs);
    if (given !== JSON.stringify(expected)) throw new Error(`${job} ended with ${given}`);
    if (maker !== undefined && !maker.endsWith(` ${known.attempt}`))
      throw new Error(`${job}: ${maker} is not the last`);
  }

  #inTurn(action: () => void): void {
    this.#later.push(action);
    if (this.#running) return;
    this.#running = true;
    for (let next = this.#later.shift(); next !== undefined; next = this.#later.shift()) next();
    this.#running = false;
  }
}
