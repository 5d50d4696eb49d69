import { readArray } from "#shared/base/parse.ts";
import { parseOutput, type CellOutput } from "#shared/notebook/output.ts";

/** Outputs in one message; a sound worker sends at most as many as one run may have. */
const OUTPUTS_PER_MESSAGE = 1_000;

/** Reads what a worker sent as outputs; nothing of what is none. */
export function parseOutputs(json: string): readonly CellOutput[] {
  try {
    return readArray(JSON.parse(json), OUTPUTS_PER_MESSAGE, parseOutput) ?? [];
  } catch {
    // Not JSON: hostile, and harmless.
    return [];
  }
}
