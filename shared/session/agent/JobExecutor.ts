import type { Dispose } from "../../base/dispose.ts";
import type { KernelId, PeerId, RunId } from "../../base/ids.ts";
import type { StopSignal } from "../../base/StopSignal.ts";
import type { AgentEnd, OfferMessage } from "../../jobs/jobMessage.ts";
import type { JobKey } from "../../jobs/jobKey.ts";
import type { JobQuestion } from "../../jobs/requestedJob.ts";
import type { CellOutput } from "../../notebook/output.ts";

/** What an execution is told of a question: a text, or why there is none, for people. */
export type JobAnswer = { readonly text: string } | { readonly why: string };

/** Where an execution tells what it does. */
export interface JobReport {
  /** A kernel was started for it, and what it executes begins now: it took nothing of the time before. */
  readonly kernelStarted: () => void;
  /** Outputs, in order. */
  readonly outputs: (outputs: readonly CellOutput[]) => void;
  /** Asks a person at the requester for a line of text. Never rejects, and resolves also when the execution ends before. */
  readonly ask: (question: JobQuestion) => Promise<JobAnswer>;
}

/** Where an execution that waits for its turn in a slot tells what it does. */
export interface JobReportAhead extends JobReport {
  /** It may have begun. Called once at most, before all else. */
  readonly began: () => void;
}

/** What executes the jobs: the agent's slots. */
export interface JobExecutor {
  /**
   * Executes an offer of `author`. Resolves when it ended and its last output was reported.
   * When `signal` aborts it is stopped at once. Never rejects for what the cell does.
   */
  execute(author: PeerId, offer: OfferMessage, report: JobReport, signal: StopSignal): Promise<AgentEnd>;
  /**
   * As `execute`, in the slot where the job named by `lane` executes, when that has ended, and what was given to it
   * before. `returned`: it did not and will not begin. Left out by executors that take one job at a time.
   */
  executeAhead?(
    lane: JobKey,
    offer: OfferMessage,
    report: JobReportAhead,
    signal: StopSignal,
  ): Promise<AgentEnd | "returned">;
  /** The author does not need this kernel's values any more. */
  release(author: PeerId, kernel: KernelId): void;
  /** Calls back with errors that nobody caught of executions that had ended. Left out by executors that cannot tell. */
  onLate?(listener: (author: PeerId, run: RunId, error: CellOutput) => void): Dispose;
  /** Calls back when a kernel's values are gone, whatever the reason. */
  onLost(listener: (author: PeerId, kernel: KernelId) => void): Dispose;
}
