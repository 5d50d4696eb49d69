import type { Dispose } from "#shared/base/dispose.ts";
import { RunId } from "#shared/base/ids.ts";
import { parseOutput, type CellOutput } from "#shared/notebook/output.ts";
import { LateAllowance } from "#shared/session/agent/LateAllowance.ts";

/** What a slot says of runs that have ended, as far as it is told. */
export class SlotLate {
  readonly #allowance = new LateAllowance();
  /** Called with each error. */
  listener: (run: RunId, error: CellOutput) => void = () => {};

  /** In place of whoever listened before. */
  readonly listen = (listener: SlotLate["listener"]): Dispose => {
    this.listener = listener;
    return () => (this.listener = () => {});
  };

  ended(run: RunId): void {
    this.#allowance.ended(run);
  }

  /** `run` and `events` as they came from the slot. */
  report(run: unknown, events: unknown): void {
    const known = RunId.parse(run);
    if (known === undefined || !Array.isArray(events)) return;
    for (const event of events) {
      const error = this.#allowance.take(known, parseOutput(event));
      if (error !== undefined) this.listener(known, error);
    }
  }
}
