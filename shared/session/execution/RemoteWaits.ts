import type { Dispose } from "../../base/dispose.ts";
import { Emitter } from "../../base/emitter.ts";
import type { RunId } from "../../base/ids.ts";
import type { KernelWait } from "../../ports/Kernel.ts";
import type { SubmittedJob } from "./SubmittedJob.ts";

/** What one run waits for. */
interface RunWaits {
  readonly job: Pick<SubmittedJob, "answer">;
  online: boolean;
  turn: "asked" | "queued" | "running";
  question: (KernelWait & { readonly on: "input" }) | undefined;
}

/**
 * What runs on agents wait for: the connection, their turn, and what they ask a person at this computer. Where nobody listens
 * nobody can answer, and they are told so.
 */
export class RemoteWaits {
  readonly #told = new Emitter<{ readonly run: RunId; readonly wait: KernelWait | undefined }>();
  readonly #runs = new Map<RunId, RunWaits>();

  subscribe(listener: (run: RunId, wait: KernelWait | undefined) => void): Dispose {
    return this.#told.subscribe(({ run, wait }) => listener(run, wait));
  }

  /** Hands on what a job asks until the returned function is called. In the turn in which it was submitted. */
  follow(run: RunId, job: Pick<SubmittedJob, "onQuestion" | "answer">): Dispose {
    const waits: RunWaits = { job, online: true, turn: "running", question: undefined };
    this.#runs.set(run, waits);
    const stop = job.onQuestion((question) => {
      if (question !== undefined && this.#told.size === 0) {
        job.answer(undefined);
        return;
      }
      waits.question = question && { on: "input", prompt: question.prompt, secret: question.secret };
      this.#tell(run);
    });
    return () => {
      this.#runs.delete(run);
      stop();
    };
  }

  /** While we hear nothing of the agent, nobody is told that it runs there; then it asks what it asked before. */
  setOnline(run: RunId, online: boolean): void {
    this.#change(run, { online });
  }

  /** Nobody is told that it runs at the agent before the agent says so. */
  setTurn(run: RunId, turn: "asked" | "queued" | "running"): void {
    this.#change(run, { turn });
  }

  answer(run: RunId, text: string): void {
    const waits = this.#runs.get(run);
    if (waits?.question === undefined) return;
    this.#change(run, { question: undefined });
    waits.job.answer(text);
  }

  #change(run: RunId, change: Partial<RunWaits>): void {
    const waits = this.#runs.get(run);
    if (waits === undefined) return;
    Object.assign(waits, change);
    this.#tell(run);
  }

  #tell(run: RunId): void {
    const waits = this.#runs.get(run);
    if (waits !== undefined) this.#told.emit({ run, wait: waitOf(waits) });
  }
}

function waitOf({ online, turn, question }: RunWaits): KernelWait | undefined {
  if (!online) return { on: "connection" };
  return question ?? (turn === "running" ? undefined : { on: "turn", state: turn });
}
