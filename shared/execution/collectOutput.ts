import { isGathered } from "../notebook/gathered/gathered.ts";
import { isProgress } from "../notebook/progress.ts";
import { OUTPUT_COUNT_LIMIT } from "../notebook/runRecord.ts";
import type { CellOutput } from "../notebook/output.ts";

/**
 * The outputs of a run with one more. Progress, and what is gathered from computers, takes the place of that before it; what follows on the same stream is joined
 * to it; results get the run's number; beyond `OUTPUT_COUNT_LIMIT` there is a notice and nothing more.
 */
export function collectOutput(
  outputs: readonly CellOutput[],
  output: CellOutput,
  count: number | undefined,
): readonly CellOutput[] {
  const is = [isProgress, isGathered].find((kind) => kind(output));
  const before = is === undefined ? -1 : outputs.findIndex(is);
  if (before >= 0) return outputs.map((other, index) => (index === before ? output : other));
  const last = outputs.at(-1);
  if (output.output_type === "stream" && last?.output_type === "stream" && last.name === output.name) {
    return [...outputs.slice(0, -1), { ...last, text: last.text + output.text }];
  }
  if (outputs.length >= OUTPUT_COUNT_LIMIT) return outputs;
  if (outputs.length === OUTPUT_COUNT_LIMIT - 1) return [...outputs, COUNT_NOTICE];
  if (output.output_type !== "execute_result" || count === undefined) return [...outputs, output];
  return [...outputs, { ...output, execution_count: count }];
}

const COUNT_NOTICE: CellOutput = {
  output_type: "stream",
  name: "stderr",
  text: `[output cut: one run may show ${OUTPUT_COUNT_LIMIT} outputs]\n`,
};
