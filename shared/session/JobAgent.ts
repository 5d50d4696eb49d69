import type { Dispose } from "../base/dispose.ts";
import { messageOf } from "../base/errors.ts";
import { StopSource } from "../base/StopSignal.ts";
import type { TraceParent } from "../base/traceParent.ts";
import type { PeerId } from "../base/ids.ts";
import { seconds, type Milliseconds } from "../base/units.ts";
import {
  freeSlots,
  heartbeatOf,
  isJobRequest,
  nextAgentTime,
  stepAgent,
  type AgentEvent,
} from "../jobs/agentMachine.ts";
import { unconfirmedHere } from "../jobs/agentQueue.ts";
import { createShares } from "../jobs/agentShares.ts";
import { createAgent, type AgentEffect, type AgentState } from "../jobs/agentState.ts";
import { jobKey, type JobKey } from "../jobs/jobKey.ts";
import {
  HEARTBEAT,
  type AgentEnd,
  type AgentFacts,
  type AgentMessage,
  type DoneMessage,
  type OfferMessage,
} from "../jobs/jobMessage.ts";
import { Alarm } from "../jobs/link/Alarm.ts";
import type { JobLink, LinkEvent } from "../jobs/link/JobLink.ts";
import { MinuteCount } from "../jobs/MinuteCount.ts";
import { encodeItem } from "../jobs/outputLog.ts";
import type { Clock } from "../ports/Clock.ts";
import type { EndStore } from "../ports/EndStore.ts";
import type { Tracer } from "../ports/Tracer.ts";
import type { RunDelivery } from "../ports/RunDelivery.ts";
import { EndKeeper } from "./agent/EndKeeper.ts";
import type { JobAnswer, JobExecutor, JobReportAhead } from "./agent/JobExecutor.ts";
import { LeftOutput } from "./agent/LeftOutput.ts";
import { LeftRuns } from "./agent/LeftRuns.ts";
import { AgentTraces, type TracedExecution } from "./tracing/AgentTraces.ts";

/** Free slots change with every job; presence, which everybody receives, follows at most this often. */
const SHOW_EVERY: Milliseconds = seconds(1);
/** How often it is told how many jobs ended lately, while any did: a figure for people. */
const SHOW_RECENT: Milliseconds = seconds(5);
/** Whoever is here confirms within a turn; one that does not within this time is told at the agent's next start. */
const CONFIRM_LIMIT: Milliseconds = seconds(5);

export interface JobAgentOptions {
  readonly link: JobLink;
  readonly clock: Clock;
  readonly executor: JobExecutor;
  readonly name: string;
  readonly facts: Omit<AgentFacts, "freeSlots" | "recent">;
  /** Undefined: what ended and was not confirmed goes with the process. */
  readonly ends?: EndStore;
  /** Undefined: what nobody fetches gets into no notebook. */
  readonly delivery?: RunDelivery;
  /** Undefined: nothing is recorded; what requesters trace is passed on. */
  readonly tracer?: Tracer | undefined;
}

/** How an agent that drained has left. */
export interface Drained {
  /** Executions that took too long and were stopped. */
  readonly stopped: number;
  /** Ends that nobody confirmed and that are in no notebook, and whether a later life will know them. */
  readonly unconfirmed: number;
  readonly kept: boolean;
}

/** Takes jobs of the class and has them executed. */
export class JobAgent {
  readonly #options: JobAgentOptions;
  readonly #alarm: Alarm;
  readonly #running = new Map<JobKey, StopSource>();
  /** Of executions that wait for a person. */
  readonly #asking = new Map<JobKey, (answer: JobAnswer) => void>();
  readonly #disposes: Dispose[];
  readonly #keeper: EndKeeper | undefined;
  readonly #left: LeftRuns | undefined;
  readonly #leftOutput: LeftOutput | undefined;
  readonly #traces: AgentTraces;
  #state: AgentState;
  #shownFree: number;
  readonly #recent = new MinuteCount();
  #shownRecent = 0;
  #stopRecent: Dispose | undefined;
  #stopShowing: Dispose | undefined;
  #stopHeartbeat: Dispose = () => {};
  /** Of those who wait for the state to become something. */
  readonly #checks = new Set<() => void>();

  constructor(options: JobAgentOptions) {
    this.#options = options;
    const { link, clock, facts, executor, ends, delivery } = options;
    this.#keeper = ends && new EndKeeper(ends, clock);
    this.#traces = new AgentTraces(options.tracer);
    const contextOf = (key: JobKey): TraceParent | undefined => this.#traces.contextOf(key);
    this.#left = delivery && new LeftRuns({ clock, delivery, contextOf, state: () => this.#state });
    this.#leftOutput = delivery && new LeftOutput({ clock, delivery, state: () => this.#state });
    const agent = createAgent(facts.slots, createShares(), executor.executeAhead !== undefined);
    this.#state = { ...agent, loading: ends !== undefined };
    this.#shownFree = facts.slots;
    this.#alarm = new Alarm(clock, () => this.#step({ type: "time-passed", at: clock.monotonic() }));
    this.#disposes = [
      link.subscribe((event) => this.#hear(event)),
      executor.onLate?.((author, job, error) => link.send(author, { type: "late", job, data: encodeItem([error]) })) ??
        ((): void => undefined),
      executor.onLost((author, kernel) => link.send(author, { type: "lost", kernel })),
    ];
    for (const [peer, { here, incarnation }] of link.roster.get()) {
      if (here) this.#hear({ type: "seen", peer, incarnation });
    }
    this.#beat();
    void this.#restore();
  }

  get running(): number {
    return this.#state.jobs.countIn("running") + this.#state.jobs.countIn("ahead");
  }

  /** Takes no more and gives back what has not started; leaves when the rest has ended, or at `limit`, and is told. */
  async drain(limit: Milliseconds): Promise<Drained> {
    this.#step({ type: "drain-began", at: this.#options.clock.monotonic() });
    this.#show();
    await this.#until(() => this.running === 0, limit);
    await this.#until(() => unconfirmedHere(this.#state.jobs, this.#state.here) === 0, CONFIRM_LIMIT);
    const unconfirmed = (await this.#left?.leave(CONFIRM_LIMIT)) ?? this.#state.jobs.countIn("finished");
    const stopped = this.running;
    const kept = (await this.#keeper?.flush()) ?? false;
    await this.close();
    return { stopped, unconfirmed, kept };
  }

  /** Leaves the class and stops what executes. Requesters see their jobs interrupted at once; what ended is kept. */
  async close(): Promise<void> {
    for (const dispose of this.#disposes.splice(0)) dispose();
    this.#stopHeartbeat();
    this.#stopShowing?.();
    this.#stopRecent?.();
    this.#alarm.stop();
    this.#left?.close();
    this.#leftOutput?.close();
    for (const stop of this.#running.values()) stop.abort();
    await Promise.all([this.#options.link.close(), this.#keeper?.close()]);
  }

  /** What presence says of it is advice to others; this is what counts. */
  #allows(peer: PeerId): boolean {
    return this.#options.facts.allow?.includes(peer) ?? true;
  }

  #hear(event: LinkEvent): void {
    const { link, clock } = this.#options;
    const at = clock.monotonic();
    switch (event.type) {
      case "seen": {
        this.#step({ type: "requester-seen", requester: event.peer, at });
        return;
      }
      case "gone": {
        this.#step({ type: "requester-gone", requester: event.peer, at });
        // Whoever has left confirms nothing in a moment.
        this.#keeper?.hurry();
        this.#left?.note();
        this.#leftOutput?.note();
        return;
      }
      case "message": {
        const { from, message } = event;
        if (message.type === "release") this.#options.executor.release(from, message.kernel);
        else if (message.type === "offer" && !this.#allows(from)) link.send(from, refusal(message, from));
        else if (isJobRequest(message)) this.#step({ type: "message-received", from, message, at });
        return;
      }
      case "online":
      case "offline":
      case "heartbeat":
      case "superseded":
        return;
    }
  }

  #step(event: AgentEvent): void {
    const { state, effects } = stepAgent(this.#state, event);
    this.#state = state;
    for (const effect of effects) this.#perform(effect);
    this.#alarm.set(nextAgentTime(this.#state));
    if (freeSlots(this.#state) !== this.#shownFree) this.#showSoon();
    for (const check of [...this.#checks]) check();
  }

  #perform(effect: AgentEffect): void {
    switch (effect.type) {
      case "send": {
        this.#options.link.send(effect.to, this.#traced(effect));
        return;
      }
      case "start-execution":
      case "give-ahead":
        void this.#execute(effect);
        return;
      case "stop-execution":
        this.#running.get(effect.key)?.abort();
        return;
      case "answer-question": {
        const { text, why } = effect;
        this.#settleQuestion(effect.key, text === undefined ? { why } : { text });
        return;
      }
      case "keep-end": {
        const job = this.#state.jobs.get(effect.key);
        if (job !== undefined) this.#keeper?.keep(job, this.#state.here.has(job.from));
        this.#left?.note();
        return;
      }
      case "forget-end":
        this.#keeper?.forget(effect.key);
        this.#left?.forget(effect.key);
        return;
    }
  }

  #traced({ to, message }: AgentEffect & { readonly type: "send" }): AgentMessage {
    if (message.type !== "done") return message;
    const traceparent = this.#traces.contextOf(jobKey(to, message.job, message.attempt));
    return traceparent === undefined ? message : { ...message, traceparent };
  }

  /** Never rejects: an executor that fails is a job that failed. */
  async #execute(effect: AgentEffect & { type: "start-execution" | "give-ahead" }): Promise<void> {
    const { key, from, offer } = effect;
    const { executor, clock } = this.#options;
    const stop = new StopSource();
    this.#running.set(key, stop);
    let traced: TracedExecution | undefined;
    const report: JobReportAhead = {
      began: () => (traced = this.#traces.begin(key, offer)),
      kernelStarted: () => this.#step({ type: "kernel-started", key, at: clock.monotonic() }),
      outputs: (outputs) => {
        traced?.output();
        this.#step({ type: "output-made", key, item: encodeItem(outputs), at: clock.monotonic() });
        this.#leftOutput?.note();
      },
      ask: ({ prompt, secret }) =>
        new Promise((resolve) => {
          this.#settleQuestion(key, { why: "it asked something else" });
          this.#asking.set(key, resolve);
          this.#step({ type: "asked", key, prompt, secret, at: clock.monotonic() });
        }),
    };
    if (effect.type === "start-execution") report.began();
    const given =
      effect.type === "give-ahead"
        ? executor.executeAhead?.(effect.lane, offer, report, stop)
        : executor.execute(from, offer, report, stop);
    const end = await (given ?? Promise.resolve("returned" as const)).catch((error: unknown): AgentEnd => ({
      status: "failed",
      code: "failed",
      message: messageOf(error),
    }));
    this.#running.delete(key);
    if (end !== "returned") {
      traced?.end(end);
      this.#recent.add(clock.monotonic());
    }
    this.#showRecentSoon();
    this.#settleQuestion(key, { why: "the cell has ended" });
    if (end === "returned") this.#step({ type: "execution-returned", key, at: clock.monotonic() });
    else this.#step({ type: "execution-ended", key, end, at: clock.monotonic() });
  }

  #settleQuestion(key: JobKey, answer: JobAnswer): void {
    const settle = this.#asking.get(key);
    this.#asking.delete(key);
    settle?.(answer);
  }

  async #restore(): Promise<void> {
    if (this.#keeper === undefined) return;
    const jobs = await this.#keeper.load();
    this.#step({ type: "restored", jobs, at: this.#options.clock.monotonic() });
    this.#left?.note();
  }

  /** Resolves when it is so, at `limit` if it is not. */
  #until(isSo: () => boolean, limit: Milliseconds): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        stop();
        this.#checks.delete(check);
        resolve();
      };
      const check = (): void => (isSo() ? end() : undefined);
      const stop = this.#options.clock.after(limit, end);
      this.#checks.add(check);
      check();
    });
  }

  #beat(): void {
    const { link, clock } = this.#options;
    const heartbeat = heartbeatOf(this.#state);
    if (heartbeat.jobs.length > 0) link.sendHeartbeat(heartbeat);
    this.#stopHeartbeat = clock.after(HEARTBEAT, () => this.#beat());
  }

  #showSoon(): void {
    this.#stopShowing ??= this.#options.clock.after(SHOW_EVERY, () => {
      this.#stopShowing = undefined;
      this.#show();
    });
  }

  #showRecentSoon(): void {
    this.#stopRecent ??= this.#options.clock.after(SHOW_RECENT, () => {
      this.#stopRecent = undefined;
      this.#show();
      if (this.#shownRecent > 0) this.#showRecentSoon();
    });
  }

  #show(): void {
    const { link, name, facts, clock } = this.#options;
    const free = freeSlots(this.#state);
    const recent = this.#recent.count(clock.monotonic());
    if (free === this.#shownFree && recent === this.#shownRecent && !this.#state.draining) return;
    this.#shownFree = free;
    this.#shownRecent = recent;
    const draining = this.#state.draining ? ({ draining: true } as const) : {};
    link.show({ type: "presence", name, agent: { ...facts, freeSlots: free, recent, ...draining } });
  }
}

/** Tells whom the owner must allow: nobody knows the ids of devices by heart. */
function refusal({ job, attempt }: OfferMessage, from: PeerId): DoneMessage {
  const message =
    "this computer takes jobs only of devices that its owner named. " +
    `To be one of them, ask for --allow ${from} in its \`meshbook agent\``;
  return { type: "done", job, attempt, chunks: 0, end: { status: "failed", code: "failed", message } };
}
