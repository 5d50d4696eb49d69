import { KernelLostError, NotRunError } from "../base/errors.ts";
import type { Dispose } from "../base/dispose.ts";
import { KernelId, type CellId, type PeerId, type RoomId, type RunId } from "../base/ids.ts";
import { ms, type Milliseconds } from "../base/units.ts";
import { LONGEST_TIME_LIMIT, type JobEnd } from "../jobs/jobMessage.ts";
import type { CellOutput } from "../notebook/output.ts";
import { needs, type Kernel, type KernelEnd, type KernelRequest, type KernelWait } from "../ports/Kernel.ts";
import { notRunError } from "./execution/refusalOutput.ts";
import { RemoteWaits } from "./execution/RemoteWaits.ts";
import type { SubmittedJob } from "./execution/SubmittedJob.ts";
import type { JobRequester } from "./JobRequester.ts";

export interface RemoteKernelOptions {
  readonly requester: JobRequester;
  readonly agent: PeerId;
  readonly notebook: RoomId;
  /** How long an execution may take whose request does not say; undefined for the protocol's default. */
  readonly limit?: Milliseconds;
  /** True: executes nothing new, but takes up the job that an earlier life of this device gave to the agent. */
  readonly adopts?: true;
  /** The agent's life that an earlier life of this device offered what is executed to. */
  readonly offeredTo?: number;
}

/** A kernel on an agent of the class: each execution is a job, and the agent keeps the values between them. */
export class RemoteKernel implements Kernel {
  readonly id = KernelId.create();
  readonly #options: RemoteKernelOptions;
  readonly #waits = new RemoteWaits();
  readonly #held = new Set<CellId>();
  readonly #stopListening: Dispose;
  #lost = false;
  /** Ends the execution that runs. */
  #abandon: () => void = () => {};

  constructor(options: RemoteKernelOptions) {
    this.#options = options;
    const { requester, agent } = options;
    // An agent ends kernels nobody used for long; known in time, the next run has all its cells executed again.
    this.#stopListening = requester.onKernelLost(agent, this.id, () => this.#lose("the agent ended it"));
  }

  get lost(): boolean {
    return this.#lost;
  }

  async execute(
    request: KernelRequest,
    onOutput: (output: CellOutput) => void,
    signal: AbortSignal,
  ): Promise<KernelEnd> {
    if (this.#lost) throw new KernelLostError(this.id);
    if (signal.aborted) return { status: "interrupted", stateLost: false };
    const unknown = this.#unknown(request);
    if (unknown !== undefined) throw new NotRunError(`the agent does not run ${unknown}`);
    const job = this.#request(request);
    const dispose = job.onOutput(onOutput);
    const stopQuestions = this.#waits.follow(request.run, job);
    const cancel = (): void => job.cancel();
    signal.addEventListener("abort", cancel, { once: true });
    if (this.#options.adopts !== true) this.#waits.setTurn(request.run, "asked");
    const stopTurns = job.onTaken((state) => this.#waits.setTurn(request.run, state));
    const stopTelling = this.#tellConnection(request.run);
    try {
      const closed = new Promise<never>((_, reject) => {
        this.#abandon = () => {
          job.cancel();
          reject(new KernelLostError(this.id));
        };
      });
      return this.#endOf(await Promise.race([job.end, closed]), request);
    } finally {
      this.#abandon = () => {};
      signal.removeEventListener("abort", cancel);
      stopTurns();
      stopTelling();
      stopQuestions();
      dispose();
    }
  }

  #request(request: KernelRequest): SubmittedJob {
    const { requester, agent, notebook, adopts, offeredTo } = this.#options;
    const limit = request.limit ?? this.#options.limit;
    if (adopts) return requester.adopt(request.run, agent);
    const options = {
      notebook,
      kernel: this.id,
      fresh: this.#held.size === 0,
      ...(limit === undefined ? {} : { limit: ms(Math.min(limit, LONGEST_TIME_LIMIT)) }),
    };
    return requester.submit(agent, request, options, offeredTo);
  }

  onWait(listener: (run: RunId, wait: KernelWait | undefined) => void): Dispose {
    return this.#waits.subscribe(listener);
  }

  answer(run: RunId, text: string): void {
    this.#waits.answer(run, text);
  }

  holds(): ReadonlySet<CellId> {
    return this.#held;
  }

  close(): void {
    if (this.#lost) return;
    this.#lose("it was closed");
    this.#abandon();
    this.#options.requester.release(this.#options.agent, this.id);
  }

  #endOf(end: JobEnd, request: KernelRequest): KernelEnd {
    switch (end.status) {
      case "executed":
        this.#remember(end.end, request);
        return end.end;
      case "cancelled":
        return { status: "interrupted", stateLost: false };
      case "interrupted":
        throw this.#lose(end.message);
      case "failed":
        if (end.code === "kernel-lost") throw this.#lose(end.message);
        throw notRunError(end);
    }
  }

  /** While we hear nothing of the agent, nobody is told that it runs there. */
  #tellConnection(run: RunId): Dispose {
    const { online } = this.#options.requester;
    const tell = (): void => this.#waits.setOnline(run, online.get());
    if (!online.get()) tell();
    return online.subscribe(tell);
  }

  /** A language of the request that the agent has not. A cell of JavaScript may need one in Python: known only when asked. */
  #unknown(request: KernelRequest): string | undefined {
    const { requester, agent, adopts } = this.#options;
    const known = requester.agents.get().find(({ peer }) => peer === agent);
    if (adopts === true || known === undefined) return undefined;
    const missing = (["python", "sql"] as const).find(
      (language) => needs(language, request) && !known.languages.includes(language),
    );
    return missing && (missing === "python" ? "Python" : "SQL");
  }

  /** A cell that failed keeps what it had defined; those after it did not run. */
  #remember(end: KernelEnd, { before, program }: KernelRequest): void {
    if (end.status === "interrupted") {
      if (end.stateLost) this.#lose("it was stopped");
      return;
    }
    if (this.#lost) return;
    const cells = [...before, program].map(({ cell }) => cell);
    const last = end.status === "error" ? cells.indexOf(end.cell) : cells.length - 1;
    for (const cell of cells.slice(0, last + 1)) this.#held.add(cell);
  }

  #lose(reason: string): KernelLostError {
    this.#lost = true;
    this.#held.clear();
    this.#stopListening();
    return new KernelLostError(this.id, { cause: new Error(reason) });
  }
}
