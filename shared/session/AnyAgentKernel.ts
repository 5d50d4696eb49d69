import { KernelLostError } from "../base/errors.ts";
import type { Dispose } from "../base/dispose.ts";
import { Emitter } from "../base/emitter.ts";
import { KernelId, type CellId, type PeerId, type RoomId, type RunId } from "../base/ids.ts";
import { ms } from "../base/units.ts";
import type { DispatchEnd } from "../jobs/dispatch/dispatchedJob.ts";
import { LONGEST_TIME_LIMIT } from "../jobs/jobMessage.ts";
import type { CellOutput } from "../notebook/output.ts";
import type { AgentLabels } from "../ports/agentLabels.ts";
import type { Kernel, KernelEnd, KernelRequest, KernelWait } from "../ports/Kernel.ts";
import type { KernelPlace } from "../ports/KernelPlace.ts";
import { notRunError } from "./execution/refusalOutput.ts";
import { RemoteWaits } from "./execution/RemoteWaits.ts";
import type { DispatchedRun, JobDispatcher } from "./JobDispatcher.ts";

/** Stands for all agents of the class: each execution goes to one that fits. Keeps no values, so it may execute several. */
export class AnyAgentKernel implements Kernel {
  readonly id = KernelId.create();
  readonly #dispatcher: JobDispatcher;
  readonly #notebook: RoomId;
  readonly #labels: AgentLabels;
  readonly #places = new Emitter<{ readonly run: RunId; readonly place: KernelPlace }>();
  readonly #waits = new RemoteWaits();
  readonly #jobs = new Map<RunId, DispatchedRun>();

  /** `labels`: what an agent must say of itself. */
  constructor(dispatcher: JobDispatcher, notebook: RoomId, labels: AgentLabels = {}) {
    this.#dispatcher = dispatcher;
    this.#notebook = notebook;
    this.#labels = labels;
  }

  async execute(
    request: KernelRequest,
    onOutput: (output: CellOutput) => void,
    signal: AbortSignal,
  ): Promise<KernelEnd> {
    if (signal.aborted) return { status: "interrupted", stateLost: false };
    const limit = request.limit === undefined ? {} : { limit: ms(Math.min(request.limit, LONGEST_TIME_LIMIT)) };
    const job = this.#dispatcher.submit(request, { notebook: this.#notebook, labels: this.#labels, ...limit });
    const tell = (place: KernelPlace): void => this.#places.emit({ run: request.run, place });
    const stopTelling = job.view.subscribe(() => tell(job.view.get()));
    const stopOutput = job.onOutput(onOutput);
    const stopQuestions = this.#waits.follow(request.run, job);
    const cancel = (): void => job.cancel();
    signal.addEventListener("abort", cancel, { once: true });
    this.#jobs.set(request.run, job);
    tell(job.view.get());
    try {
      const end = await job.end;
      if (end.status === "parked") {
        tell({ ...job.view.get(), state: "parked", agent: undefined, reason: undefined, loss: end.message });
      }
      return this.#endOf(end, request, onOutput);
    } finally {
      this.#jobs.delete(request.run);
      signal.removeEventListener("abort", cancel);
      stopQuestions();
      stopTelling();
      stopOutput();
    }
  }

  /** Nothing: an execution elsewhere would not have it. */
  holds(): ReadonlySet<CellId> {
    return new Set();
  }

  onPlace(listener: (run: RunId, place: KernelPlace) => void): Dispose {
    return this.#places.subscribe(({ run, place }) => listener(run, place));
  }

  onWait(listener: (run: RunId, wait: KernelWait | undefined) => void): Dispose {
    return this.#waits.subscribe(listener);
  }

  answer(run: RunId, text: string): void {
    this.#waits.answer(run, text);
  }

  move(run: RunId, to: PeerId | undefined): void {
    this.#jobs.get(run)?.move(to);
  }

  close(): void {
    for (const job of this.#jobs.values()) job.cancel();
  }

  #endOf(end: DispatchEnd, { program }: KernelRequest, onOutput: (output: CellOutput) => void): KernelEnd {
    switch (end.status) {
      case "executed":
        return end.end;
      case "cancelled":
        return { status: "interrupted", stateLost: false };
      case "interrupted":
        throw new KernelLostError(this.id, { cause: new Error(end.message) });
      case "failed":
        if (end.code === "kernel-lost") throw new KernelLostError(this.id, { cause: new Error(end.message) });
        throw notRunError(end);
      case "parked": {
        const evalue = `${end.message}. It is not tried again by itself.`;
        onOutput({ output_type: "error", ename: "Parked", evalue, traceback: [] });
        return { status: "error", cell: program.cell, at: undefined };
      }
    }
  }
}
