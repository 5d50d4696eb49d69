import type { Dispose } from "../../base/dispose.ts";
import type { JobEnd } from "../../jobs/jobMessage.ts";
import type { AttemptEnd, JobQuestion } from "../../jobs/requestedJob.ts";
import type { CellOutput } from "../../notebook/output.ts";

/** One job of ours. */
export interface SubmittedJob {
  /** Outputs in order, each once. Subscribe in the turn of `submit` or `adopt`: what came before is not repeated. */
  onOutput(listener: (output: CellOutput) => void): Dispose;
  /** The agent has it. Subscribe in the turn of `submit` or `attempt`. */
  onTaken(listener: (state: "queued" | "running") => void): Dispose;
  /** What it asks a person for, once for each question; undefined: not any more. Subscribe in the turn of `submit` or `adopt`. */
  onQuestion(listener: (question: JobQuestion | undefined) => void): Dispose;
  /** The answer; undefined refuses, and the execution is told so. Does nothing when nothing is asked. */
  answer(text: string | undefined): void;
  /** Resolves once, after the last output. Never rejects. */
  readonly end: Promise<JobEnd>;
  /** Stops it; `end` tells when that is done, within seconds even if nobody answers. */
  cancel(): void;
}

/** One try of a job at one agent, which may give it back. */
export interface JobAttempt extends Omit<SubmittedJob, "end"> {
  readonly end: Promise<AttemptEnd>;
  /** Asks for it back if it has not started; then it ends as `cancelled`. */
  recall(): void;
}

/** One that ended before anybody was asked. */
export function endedJob(end: JobEnd): SubmittedJob {
  const nothing = (): Dispose => () => {};
  const told = { onOutput: nothing, onTaken: nothing, onQuestion: nothing };
  return { ...told, answer: nothing, end: Promise.resolve(end), cancel: nothing };
}
