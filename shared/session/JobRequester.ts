import type { Dispose } from "../base/dispose.ts";
import { Emitter } from "../base/emitter.ts";
import type { KernelId, PeerId, RunId } from "../base/ids.ts";
import { ms, seconds, type Milliseconds } from "../base/units.ts";
import { Value, type Readable } from "../base/value.ts";
import { DispatchTimes } from "../jobs/dispatch/DispatchTimes.ts";
import { leaseOf, type JobLease } from "../jobs/jobLease.ts";
import { ANSWER_LIMIT, type InboxMessage, type JobEnd, type OfferMessage } from "../jobs/jobMessage.ts";
import { isTooLarge, offerOf, TOO_LARGE, type OfferOptions } from "../jobs/jobOffer.ts";
import type { JobLink, LinkEvent } from "../jobs/link/JobLink.ts";
import { requesterEvent } from "../jobs/link/requesterEvent.ts";
import type { Roster } from "../jobs/link/roster.ts";
import { Alarm } from "../jobs/link/Alarm.ts";
import { decodeItem } from "../jobs/outputLog.ts";
import type { AttemptEnd, JobQuestion, RequesterEffect } from "../jobs/requestedJob.ts";
import {
  createRequester,
  nextRequesterTime,
  stepRequester,
  type RequesterEvent,
  type RequesterState,
} from "../jobs/requesterMachine.ts";
import type { CellOutput } from "../notebook/output.ts";
import type { Clock } from "../ports/Clock.ts";
import { LateErrors } from "./LateErrors.ts";
import type { KernelRequest } from "../ports/Kernel.ts";
import { agentViews } from "./agent/agentViews.ts";
import { endedJob, type JobAttempt, type SubmittedJob } from "./execution/SubmittedJob.ts";
import { JournalledSender } from "./outbox/JournalledSender.ts";
import type { JobJournal } from "./outbox/RunOutbox.ts";
import type { RequesterTraces } from "./tracing/RequesterTraces.ts";
import type { AgentView } from "./views.ts";

/** Heartbeats are still received this long after the last job: the next one often follows soon. */
const KEEP_WATCHING: Milliseconds = seconds(30);
interface Pending {
  readonly outputs: Emitter<CellOutput>;
  readonly taken: Emitter<"queued" | "running">;
  readonly questions: Emitter<JobQuestion | undefined>;
  readonly attempt: JobAttempt;
  readonly handle: SubmittedJob;
  readonly resolve: (end: AttemptEnd) => void;
  /** Whom it was given to and when; undefined once that agent has it. */
  given: { readonly agent: PeerId; readonly at: Milliseconds } | undefined;
}

/** Gives executions to agents of the class and hears how they end. */
export class JobRequester {
  /** Undefined: nothing is traced. Jobs submitted from when it is set are. */
  traces: RequesterTraces | undefined;
  readonly #link: JobLink;
  readonly #clock: Clock;
  readonly #agents = new Value<readonly AgentView[]>([]);
  readonly #pending = new Map<RunId, Pending>();
  /** Without a kernel: all of the agent. */
  readonly #kernelsLost = new Emitter<{ readonly agent: PeerId; readonly kernel: KernelId | undefined }>();
  readonly #credits = new Emitter<{ readonly agent: PeerId; readonly credit: number }>();
  readonly #shuts = new Emitter<string>();
  readonly #online = new Value(false);
  readonly #lives = new Map<PeerId, number>();
  readonly #times = new DispatchTimes();
  readonly #journal: JobJournal | undefined;
  readonly #sender: JournalledSender;
  readonly #alarm: Alarm;
  readonly #disposes: readonly Dispose[];
  #state: RequesterState;
  #stopUnwatching: Dispose = () => {};

  /** `journal`: told how far jobs came, for those that are to outlive this page. `traces`: of what happens to jobs. */
  constructor(options: {
    readonly link: JobLink;
    readonly clock: Clock;
    readonly journal?: JobJournal | undefined;
    readonly traces?: RequesterTraces | undefined;
  }) {
    this.traces = options.traces;
    this.#link = options.link;
    this.#journal = options.journal;
    this.#sender = new JournalledSender(options.link, options.journal);
    this.#clock = options.clock;
    this.#state = createRequester(this.#clock.monotonic());
    this.#alarm = new Alarm(this.#clock, () => this.#step({ type: "time-passed", at: this.#clock.monotonic() }));
    this.#disposes = [
      this.#link.subscribe((event) => this.#hear(event)),
      this.#link.roster.subscribe(() => this.#readRoster(this.#link.roster.get())),
    ];
    this.#readRoster(this.#link.roster.get());
    for (const [peer, { here, incarnation }] of this.#link.roster.get()) {
      if (here) this.#hear({ type: "seen", peer, incarnation });
    }
    if (this.#link.online) this.#hear({ type: "online" });
  }

  /** What jobs of ours tell after they have ended. */
  readonly late = new LateErrors();

  /** Agents that are connected now, by name. */
  get agents(): Readable<readonly AgentView[]> {
    return this.#agents;
  }

  /** True while messages can be sent. */
  get online(): Readable<boolean> {
    return this.#online;
  }

  /** How it stands with the agent that has a job of ours; undefined for a job that none has. */
  lease(run: RunId): JobLease | undefined {
    const job = this.#state.jobs.get(run);
    return job && leaseOf(job, this.#state.online, this.#clock.monotonic());
  }

  /** The life (incarnation) in which an agent was last seen. */
  lifeOf(agent: PeerId): number | undefined {
    return this.#lives.get(agent);
  }

  /** Calls back when an agent says how many jobs of ours it may have at a time. */
  onCredit(listener: (told: { readonly agent: PeerId; readonly credit: number }) => void): Dispose {
    return this.#credits.subscribe(listener);
  }

  /** Calls back, with the reason, when no job can be given to agents any more. */
  onShut(listener: (message: string) => void): Dispose {
    return this.#shuts.subscribe(listener);
  }

  /** Gives one try of a job, which another agent could do as well, to an agent. Each try has a higher number. */
  attempt(agent: PeerId, offer: OfferMessage): JobAttempt {
    return this.#request(offer.job, agent, offer, { movable: true }).attempt;
  }

  /**
   * Gives one execution to an agent; the job's id is the run's. Submitting a run again gives the same job. `offeredTo`: the
   * agent's life that it was offered to by an earlier life of this device; a later one is not given it again.
   */
  submit(agent: PeerId, request: KernelRequest, options: OfferOptions, offeredTo?: number): SubmittedJob {
    const offer = offerOf(request, options);
    if (isTooLarge(offer)) return endedJob(TOO_LARGE);
    const { traces } = this;
    if (traces === undefined || this.#pending.has(request.run)) {
      return this.#request(request.run, agent, offer, { offeredTo }).handle;
    }
    traces.submitted(request.run);
    const traced = { ...offer, traceparent: traces.offered(request.run, offer.attempt) };
    const { handle } = this.#request(request.run, agent, traced, { offeredTo });
    void handle.end.then((end) => traces.ended(request.run, end));
    return handle;
  }

  /**
   * Takes up a job that an earlier life of this device submitted. Its outputs come again from the first. Ends as
   * `interrupted` if the agent is gone, was restarted, or delivered the result already.
   */
  adopt(run: RunId, agent: PeerId): SubmittedJob {
    return this.#request(run, agent, undefined, {}).handle;
  }

  /** Calls back when a kernel of ours on an agent is known to have ended, with or without a job in it. */
  onKernelLost(agent: PeerId, kernel: KernelId, listener: () => void): Dispose {
    return this.#kernelsLost.subscribe((lost) => {
      if (lost.agent === agent && (lost.kernel === undefined || lost.kernel === kernel)) listener();
    });
  }

  /** Tells an agent that a kernel's values are not needed any more. */
  release(agent: PeerId, kernel: KernelId): void {
    this.#link.send(agent, { type: "release", kernel });
  }

  /** Ends what still runs as interrupted and disconnects. The agents go on; `adopt` finds the results. */
  async close(): Promise<void> {
    this.#shut("this window was closed");
    await this.#link.close();
  }

  /** As `close`, at once: for a page that is being unloaded. */
  leave(): void {
    this.#shut("this window was closed");
    this.#link.leave();
  }

  #shut(message: string): void {
    this.#shuts.emit(message);
    for (const dispose of this.#disposes) dispose();
    this.#step({ type: "closed", at: this.#clock.monotonic(), message });
    this.#stopUnwatching();
    this.#alarm.stop();
    this.#online.set(false);
    this.#agents.set([]);
  }

  #request(
    run: RunId,
    agent: PeerId,
    offer: OfferMessage | undefined,
    how: { readonly movable?: boolean; readonly offeredTo?: number | undefined },
  ): Pending {
    this.late.given(run, agent);
    const known = this.#pending.get(run);
    if (known !== undefined) return known;
    const pending = this.#createPending(run);
    this.#pending.set(run, pending);
    if (offer !== undefined) pending.given = { agent, at: this.#clock.monotonic() };
    this.#step({ type: "requested", job: run, agent, offer, ...how, at: this.#clock.monotonic() });
    // Only an id that was used before is refused without a report.
    if (!this.#state.jobs.has(run)) this.#end(run, { status: "interrupted", message: "this run has already ended" });
    return pending;
  }

  #createPending(run: RunId): Pending {
    const outputs = new Emitter<CellOutput>();
    const taken = new Emitter<"queued" | "running">();
    const questions = new Emitter<JobQuestion | undefined>();
    let resolve: (end: AttemptEnd) => void = () => {};
    const end = new Promise<AttemptEnd>((settle) => (resolve = settle));
    const attempt: JobAttempt = {
      onOutput: (listener) => outputs.subscribe(listener),
      onQuestion: (listener) => questions.subscribe(listener),
      answer: (text) => {
        const cut = text?.slice(0, ANSWER_LIMIT);
        this.#step({ type: "answered", job: run, text: cut, at: this.#clock.monotonic() });
      },
      onTaken: (listener) => taken.subscribe(listener),
      end,
      cancel: () => this.#step({ type: "cancelled", job: run, at: this.#clock.monotonic() }),
      recall: () => this.#step({ type: "recalled", job: run, at: this.#clock.monotonic() }),
    };
    return {
      ...{ outputs, taken, questions, attempt, resolve, given: undefined },
      handle: { ...attempt, end: end.then(jobEnd) },
    };
  }

  #hear(event: LinkEvent): void {
    if (event.type === "superseded") {
      this.#shut("another window of this device took over the connection to the class");
      return;
    }
    this.#hearOfKernels(event);
    if (event.type === "message" && event.message.type === "late") this.late.hear(event.from, event.message);
    if (event.type === "online" || event.type === "offline") this.#online.set(event.type === "online");
    if (this.traces !== undefined && event.type === "message") traceDone(this.traces, event.message);
    const happened = requesterEvent(event, this.#clock.monotonic());
    if (happened !== undefined) this.#step(happened);
    this.#hearOfCredits(event);
  }

  #hearOfCredits(event: LinkEvent): void {
    if (event.type === "heartbeat") {
      const own = event.credits?.find(({ peer }) => peer === this.#link.peer);
      if (own !== undefined) this.#credits.emit({ agent: event.from, credit: own.credit });
    }
    if (event.type !== "message") return;
    const { from, message } = event;
    if (message.type !== "ack" && message.type !== "busy" && message.type !== "done") return;
    if (message.credit === undefined) return;
    this.#credits.emit({ agent: from, credit: message.credit });
  }

  /** An agent's kernels end with its life. A connection that broke may come back, and they with it. */
  #hearOfKernels(event: LinkEvent): void {
    if (event.type === "message" && event.message.type === "lost") {
      this.#kernelsLost.emit({ agent: event.from, kernel: event.message.kernel });
    }
    if (event.type === "gone" && event.final) this.#kernelsLost.emit({ agent: event.peer, kernel: undefined });
    if (event.type !== "seen") return;
    const known = this.#lives.get(event.peer);
    this.#lives.set(event.peer, event.incarnation);
    if (known !== event.incarnation) this.#kernelsLost.emit({ agent: event.peer, kernel: undefined });
  }

  #step(event: RequesterEvent): void {
    const { state, effects } = stepRequester(this.#state, event);
    this.#state = state;
    for (const effect of effects) this.#perform(effect);
    this.#watch();
    this.#alarm.set(nextRequesterTime(this.#state));
  }

  #perform(effect: RequesterEffect): void {
    switch (effect.type) {
      case "send": {
        this.#sender.send(effect.to, effect.message, this.#lives.get(effect.to));
        return;
      }
      case "report-output":
        this.#journal?.taken(effect.job);
        for (const output of decodeItem(effect.item)) this.#pending.get(effect.job)?.outputs.emit(output);
        return;
      case "report-state":
        this.#journal?.taken(effect.job);
        this.#taken(effect);
        return;
      case "report-question":
        this.#pending.get(effect.job)?.questions.emit(effect.question);
        return;
      case "report-end":
        this.#end(effect.job, effect.end);
        return;
    }
  }

  #taken({ job, state }: RequesterEffect & { readonly type: "report-state" }): void {
    const pending = this.#pending.get(job);
    if (pending === undefined) return;
    const { given } = pending;
    pending.given = undefined;
    if (given !== undefined) this.#times.note(given.agent, ms(this.#clock.monotonic() - given.at));
    this.traces?.taken(job);
    pending.taken.emit(state);
  }

  #end(run: RunId, end: AttemptEnd): void {
    const pending = this.#pending.get(run);
    // First: whoever hears of the end may begin the next attempt.
    this.#pending.delete(run);
    this.traces?.attemptEnded(run, end);
    pending?.resolve(end);
  }

  #watch(): void {
    if (this.#state.jobs.size > 0) {
      this.#stopUnwatching();
      this.#stopUnwatching = () => {};
      this.#link.watchHeartbeats(true);
      return;
    }
    this.#stopUnwatching();
    this.#stopUnwatching = this.#clock.after(KEEP_WATCHING, () => this.#link.watchHeartbeats(false));
  }

  #readRoster(roster: Roster): void {
    const agents = agentViews(roster, this.#link.peer, (peer) => this.#times.median(peer));
    if (JSON.stringify(agents) !== JSON.stringify(this.#agents.get())) this.#agents.set(agents);
  }
}

function traceDone(traces: RequesterTraces, message: InboxMessage): void {
  if (message.type === "done" && message.traceparent !== undefined) traces.doneHeard(message.job, message.traceparent);
}

/** Only what may move to another agent is given back because this one is busy. */
function jobEnd(end: AttemptEnd): JobEnd {
  return end.status === "busy" ? { status: "interrupted", message: "the agent is busy" } : end;
}
