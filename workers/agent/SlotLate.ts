import { RunId } from "#shared/base/ids.ts";
import { kib, type Bytes } from "#shared/base/units.ts";
import { parseOutput, type CellOutput } from "#shared/notebook/output.ts";

/** Runs that have ended of which errors are still told: nobody looks at those before. */
const RUNS = 200;
/** Errors of one run: what a timer throws again and again is told often enough. */
const ERRORS = 20;
/** One error as text; a longer one is told without its trace, and cut. */
const ERROR_SIZE: Bytes = kib(8);

type CellError = CellOutput & { readonly output_type: "error" };

/**
 * What a slot says of runs that have ended. Their jobs are final, so that nothing is added to them; errors nobody caught (a
 * timer, a promise left alone) are told all the same, as many and as large as can do no harm. What is printed then is not.
 */
export class SlotLate {
  /** Errors that each may still tell. The one that ended longest ago comes first. */
  readonly #left = new Map<RunId, number>();
  /** Called with each error. */
  listener: (run: RunId, error: CellOutput) => void = () => {};

  ended(run: RunId): void {
    this.#left.delete(run);
    this.#left.set(run, ERRORS);
    const [oldest] = this.#left.keys();
    if (this.#left.size > RUNS && oldest !== undefined) this.#left.delete(oldest);
  }

  /** `run` and `events` as they came from the slot. */
  report(run: unknown, events: unknown): void {
    const known = RunId.parse(run);
    if (known === undefined || !Array.isArray(events)) return;
    for (const event of events) {
      const left = this.#left.get(known) ?? 0;
      const output = left > 0 ? parseOutput(event) : undefined;
      if (output?.output_type !== "error") continue;
      this.#left.set(known, left - 1);
      this.listener(known, shortened(output));
    }
  }
}

function shortened(error: CellError): CellError {
  if (JSON.stringify(error).length <= ERROR_SIZE) return error;
  const { ename, evalue } = error;
  return { ...error, ename: ename.slice(0, 100), evalue: evalue.slice(0, ERROR_SIZE / 8), traceback: [] };
}
