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

/** Texts are not looked at, most are images: whatever is done with one here, the heartbeats of all jobs wait for. */
function sizeOf(output: CellOutput): number {
  if (output.output_type === "stream") return output.text.length;
  if (output.output_type === "error") return JSON.stringify(output).length;
  const { data, ...rest } = output;
  return Object.values(data).reduce<number>((sum, value) => sum + lengthOf(value), JSON.stringify(rest).length);
}

const lengthOf = (value: unknown): number => (typeof value === "string" ? value.length : JSON.stringify(value).length);
