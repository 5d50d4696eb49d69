import type { Dispose } from "../base/dispose.ts";
import { Emitter } from "../base/emitter.ts";
import { KernelId, type PeerId, type RoomId, type RunId } from "../base/ids.ts";
import { ms, type Milliseconds } from "../base/units.ts";
import { Value, type Readable } from "../base/value.ts";
import { waitReason, nextDispatchTime, stepDispatch, createDispatch } from "../jobs/dispatch/dispatchMachine.ts";
import type { DispatchEvent } from "../jobs/dispatch/dispatchMachine.ts";
import type { DispatchedJob, DispatchEnd } from "../jobs/dispatch/dispatchedJob.ts";
import type { JobQuestion } from "../jobs/requestedJob.ts";
import type { DispatchEffect, DispatchState } from "../jobs/dispatch/giveAway.ts";
import { isTooLarge, offerOf, TOO_LARGE } from "../jobs/jobOffer.ts";
import { Alarm } from "../jobs/link/Alarm.ts";
import type { CellOutput } from "../notebook/output.ts";
import type { Clock } from "../ports/Clock.ts";
import type { AgentLabels } from "../ports/agentLabels.ts";
import { needs, type KernelRequest } from "../ports/Kernel.ts";
import type { KernelPlace, WaitReason } from "../ports/KernelPlace.ts";
import type { JobAttempt } from "./execution/SubmittedJob.ts";
import type { JobRequester } from "./JobRequester.ts";

export interface DispatchOptions {
  readonly notebook: RoomId;
  /** What its agent must say of itself. */
  readonly labels?: AgentLabels;
  readonly limit?: Milliseconds;
  readonly priority?: number;
  /** How long it may not, and how long it may at most, wait before it is given away. */
  readonly delay?: Milliseconds;
  readonly ttl?: Milliseconds;
}

/** A job that any agent may do. */
export interface DispatchedRun {
  readonly view: Readable<KernelPlace>;
  /** Outputs in order, each once, of one attempt; subscribe in the turn of `submit`. */
  onOutput(listener: (output: CellOutput) => void): Dispose;
  /** Another attempt begins: what the one before gave does not count. */
  onRestart(listener: () => void): Dispose;
  /** What the attempt that runs asks a person for; undefined: nothing any more. */
  onQuestion(listener: (question: JobQuestion | undefined) => void): Dispose;
  /** The answer; undefined refuses. */
  answer(text: string | undefined): void;
  /** Resolves once. Never rejects. */
  readonly end: Promise<DispatchEnd>;
  cancel(): void;
  /** Has it done by this agent, or by any. */
  move(to: PeerId | undefined): void;
}

interface Pending {
  readonly request: KernelRequest;
  readonly options: DispatchOptions;
  readonly view: Value<KernelPlace>;
  readonly outputs: Emitter<CellOutput>;
  readonly restarts: Emitter<undefined>;
  readonly questions: Emitter<JobQuestion | undefined>;
  readonly run: DispatchedRun;
  readonly resolve: (end: DispatchEnd) => void;
  attempt: JobAttempt | undefined;
}

/** Has executions done by whichever agent of the class can, as often as it takes. They need no values but their own. */
export class JobDispatcher {
  readonly #requester: JobRequester;
  readonly #clock: Clock;
  readonly #pending = new Map<RunId, Pending>();
  readonly #alarm: Alarm;
  readonly #disposes: readonly Dispose[];
  #state: DispatchState;

  /** `seed`: of the random choices; another one for each device. */
  constructor(options: { readonly requester: JobRequester; readonly clock: Clock; readonly seed: number }) {
    const { requester, clock, seed } = options;
    this.#requester = requester;
    this.#clock = clock;
    this.#state = createDispatch(seed, clock.monotonic());
    this.#alarm = new Alarm(clock, () => this.#step({ type: "time-passed", at: clock.monotonic() }));
    this.#disposes = [
      requester.agents.subscribe(() => this.#meet()),
      requester.online.subscribe(() => this.#connect()),
      requester.onShut((message) => this.#close(message)),
      requester.onCredit(({ agent, credit }) => {
        this.#step({ type: "credit-heard", agent, credit, at: clock.monotonic() });
      }),
    ];
    this.#meet();
    this.#connect();
  }

  submit(request: KernelRequest, options: DispatchOptions): DispatchedRun {
    const { run } = request;
    const known = this.#pending.get(run);
    if (known !== undefined) return known.run;
    const pending = this.#create(request, options);
    if (isTooLarge(offerOf(request, { ...options, kernel: KernelId.create(), fresh: true }))) {
      pending.resolve(TOO_LARGE);
      return pending.run;
    }
    this.#pending.set(run, pending);
    this.#requester.traces?.submitted(run);
    const { labels = {}, delay, ttl } = options;
    const times = { labels, ...(delay === undefined ? {} : { delay }), ...(ttl === undefined ? {} : { ttl }) };
    const languages = (["javascript", "python", "sql"] as const).filter((language) => needs(language, request));
    this.#step({ type: "submitted", job: run, languages, ...times, at: this.#clock.monotonic() });
    return pending.run;
  }

  /** Ends all jobs as interrupted; what agents execute goes on. */
  #close(message: string): void {
    for (const dispose of this.#disposes) dispose();
    this.#alarm.stop();
    this.#step({ type: "closed", message, at: this.#clock.monotonic() });
  }

  #create(request: KernelRequest, options: DispatchOptions): Pending {
    const outputs = new Emitter<CellOutput>();
    const restarts = new Emitter<undefined>();
    const questions = new Emitter<JobQuestion | undefined>();
    const view = new Value<KernelPlace>(WAITING);
    const job = request.run;
    let resolve: (end: DispatchEnd) => void = () => {};
    const end = new Promise<DispatchEnd>((settle) => (resolve = settle));
    const run: DispatchedRun = {
      view,
      onOutput: (listener) => outputs.subscribe(listener),
      onRestart: (listener) => restarts.subscribe(listener),
      onQuestion: (listener) => questions.subscribe(listener),
      answer: (text) => this.#pending.get(job)?.attempt?.answer(text),
      end,
      cancel: () => this.#step({ type: "cancelled", job, at: this.#clock.monotonic() }),
      move: (to) => this.#step({ type: "moved", job, to, at: this.#clock.monotonic() }),
    };
    return { request, options, view, outputs, restarts, questions, run, resolve, attempt: undefined };
  }

  #meet(): void {
    const agents = new Map(this.#requester.agents.get().map((agent) => [agent.peer, agent]));
    this.#step({ type: "agents-changed", agents, at: this.#clock.monotonic() });
  }

  #connect(): void {
    this.#step({ type: "online-changed", online: this.#requester.online.get(), at: this.#clock.monotonic() });
  }

  #step(event: DispatchEvent): void {
    const { state, effects } = stepDispatch(this.#state, event);
    this.#state = state;
    for (const effect of effects) this.#perform(effect);
    this.#alarm.set(nextDispatchTime(this.#state));
    this.#show(event, effects);
  }

  #perform(effect: DispatchEffect): void {
    const pending = this.#pending.get(effect.job);
    if (pending === undefined) return;
    switch (effect.type) {
      case "offer":
        this.#offer(pending, effect);
        return;
      case "cancel-attempt":
        pending.attempt?.cancel();
        return;
      case "recall-attempt":
        pending.attempt?.recall();
        return;
      case "report-end": {
        this.#pending.delete(effect.job);
        this.#requester.traces?.ended(effect.job, effect.end);
        pending.resolve(effect.end);
      }
    }
  }

  #offer(pending: Pending, { job, agent, attempt }: DispatchEffect & { type: "offer" }): void {
    const { request, options } = pending;
    // An attempt elsewhere starts with nothing, and so may this one: all it needs is in the offer. The kernel is for
    // agents that know no other way.
    const kernel = KernelId.create();
    const any = { fresh: true, anyKernel: true } as const;
    const traceparent = this.#requester.traces?.offered(job, attempt);
    const offer = {
      ...{ ...offerOf(request, { ...options, kernel, fresh: true }), ...any, attempt, fence: attempt },
      ...(traceparent && { traceparent }),
    };
    if (attempt > 1) pending.restarts.emit(undefined);
    const tried = this.#requester.attempt(agent, offer);
    pending.attempt = tried;
    const stop = tried.onOutput((output) => pending.outputs.emit(output));
    const stopAsking = tried.onQuestion((question) => pending.questions.emit(question));
    tried.onTaken((state) => this.#step({ type: "attempt-taken", job, state, at: this.#clock.monotonic() }));
    void tried.end.then((end) => {
      stop();
      stopAsking();
      // What an attempt asked that is over, nobody waits for.
      pending.questions.emit(undefined);
      this.#requester.release(agent, kernel);
      this.#step({ type: "attempt-ended", job, end, at: this.#clock.monotonic() });
    });
  }

  /** Views of jobs that changed; of all that wait, if why they wait may have changed. */
  #show(event: DispatchEvent, effects: readonly DispatchEffect[]): void {
    const { jobs } = this.#state;
    const all = event.type === "agents-changed" || event.type === "online-changed" || event.type === "time-passed";
    const changed = new Set(effects.map(({ job }) => job));
    if ("job" in event) changed.add(event.job);
    const shown = all ? jobs.values() : [...changed].flatMap((id) => jobs.get(id) ?? []);
    const reasons = new Map<string, WaitReason | undefined>();
    for (const job of shown) {
      const view = this.#pending.get(job.job)?.view;
      const next = this.#viewOf(job, reasons);
      if (view !== undefined && !isSame(view.get(), next)) view.set(next);
    }
  }

  #viewOf(job: DispatchedJob, reasons: Map<string, WaitReason | undefined>): KernelPlace {
    const { stage, lost, loss, attempt: given } = job;
    const told = { attempt: lost + 1, given, loss };
    if (stage.name === "queued") {
      return { state: "waiting", agent: undefined, name: "", reason: this.#reasonOf(job, reasons), ...told };
    }
    const name = this.#state.agents.get(stage.agent)?.name ?? "";
    return { state: stage.state, agent: stage.agent, name, reason: undefined, ...told };
  }

  /** Most jobs that wait are alike: for those it is found once. */
  #reasonOf(job: DispatchedJob, reasons: Map<string, WaitReason | undefined>): WaitReason | undefined {
    const { stage, languages, labels, only, broke } = job;
    if (broke.length > 0 || (stage.name === "queued" && stage.notBefore > this.#state.at)) {
      return waitReason(this.#state, job);
    }
    const kind = JSON.stringify([languages, labels, only]);
    if (!reasons.has(kind)) reasons.set(kind, waitReason(this.#state, job));
    return reasons.get(kind);
  }
}

function isSame(one: KernelPlace, other: KernelPlace): boolean {
  const alike = one.state === other.state && one.agent === other.agent && one.name === other.name;
  if (!alike || one.attempt !== other.attempt || one.given !== other.given || one.loss !== other.loss) return false;
  return one.reason === other.reason || JSON.stringify(one.reason) === JSON.stringify(other.reason);
}

const WAITING: KernelPlace = {
  ...{ state: "waiting", agent: undefined, name: "", attempt: 1, given: 0 },
  ...{ reason: { why: "pause", until: ms(0), loss: "" }, loss: "" },
};
