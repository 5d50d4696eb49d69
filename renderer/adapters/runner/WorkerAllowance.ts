import { EVENTS_LIMIT } from "#shared/contracts/kernel/kernelWorkerApi.ts";

/** Messages a second during one run, or between two. A sound worker sends some 20 for each run that prints; a flood would stall the page. */
const MESSAGES_PER_SECOND = 1_000;

/** How much a worker may send. Each run has its allowance: short ones may follow one another by the thousand. */
export class WorkerAllowance {
  #second = 0;
  #messages = 0;
  /** UTF-16 units of outputs: of the run, and of those before it since it last gave some. */
  #received = 0;
  #late = 0;

  /** A run begins. */
  begin(): void {
    this.#messages = 0;
    this.#received = 0;
  }

  /** Counts a message. */
  admitsMessage(): boolean {
    const second = Math.floor(performance.now() / 1_000);
    this.#messages = second === this.#second ? this.#messages + 1 : 1;
    this.#second = second;
    return this.#messages <= MESSAGES_PER_SECOND;
  }

  /** Counts outputs of this size. `late`: of a run that has ended. */
  admits(size: number, late: boolean): boolean {
    if (late) return (this.#late += size) <= EVENTS_LIMIT;
    this.#late = 0;
    return (this.#received += size) <= EVENTS_LIMIT;
  }
}
