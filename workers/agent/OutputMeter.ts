import type { CellOutput } from "#shared/notebook/output.ts";
import { mib, type Bytes } from "#shared/base/units.ts";

/**
 * What one run may send. A sound slot cuts at OUTPUT_LIMIT with a notice; twice as much, which leaves room for escapes,
 * is a slot that a cell took over.
 */
const HOSTILE: Bytes = mib(20);
/** Outputs are joined where they can be: a sound slot sends twenty batches a second. */
const HOSTILE_COUNT = 200_000;

/** Counts the output of one run, so that no slot fills the agent's memory. */
export class OutputMeter {
  #size = 0;
  #count = 0;

  /** False when this one is too much. */
  admit(output: CellOutput): boolean {
    this.#size += sizeOf(output);
    this.#count += 1;
    return this.#size <= HOSTILE && this.#count <= HOSTILE_COUNT;
  }
}

function sizeOf(output: CellOutput): number {
  return output.output_type === "stream" ? output.text.length : JSON.stringify(output).length;
}
