import type { RunId } from "../../base/ids.ts";
import { kib, type Bytes } from "../../base/units.ts";
import type { CellOutput } from "../../notebook/output.ts";

/** Runs that have ended of which errors are still told: nobody looks at those before. */
const RUNS = 200;
/** Errors of one run: what a timer throws again and again is told often enough. */
const ERRORS = 20;
/** One error as text; a longer one is told without its trace, and cut. */
const ERROR_SIZE: Bytes = kib(8);

type CellError = CellOutput & { readonly output_type: "error" };

/**
 * What is told of runs that have ended. Their jobs are final, so that nothing is added to them; errors nobody caught (a
 * timer, a promise left alone) are told all the same, as many and as large as can do no harm. What is printed then is not.
 */
export class LateAllowance {
  /** Errors that each may still tell. The one that ended longest ago comes first. */
  readonly #left = new Map<RunId, number>();

  ended(run: RunId): void {
    this.#left.delete(run);
    this.#left.set(run, ERRORS);
    const [oldest] = this.#left.keys();
    if (this.#left.size > RUNS && oldest !== undefined) this.#left.delete(oldest);
  }

  /** What is to be told of it, and counts as told; undefined: nothing. */
  take(run: RunId, output: CellOutput | undefined): CellOutput | undefined {
    const left = this.#left.get(run) ?? 0;
    if (left === 0 || output?.output_type !== "error") return undefined;
    this.#left.set(run, left - 1);
    return shortened(output);
  }
}

function shortened(error: CellError): CellError {
  if (JSON.stringify(error).length <= ERROR_SIZE) return error;
  const { ename, evalue } = error;
  return { ...error, ename: ename.slice(0, 100), evalue: evalue.slice(0, ERROR_SIZE / 8), traceback: [] };
}
