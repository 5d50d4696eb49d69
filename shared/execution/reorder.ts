import { samePlace, type ActiveExecution, type Execution } from "./execution.ts";
import type { RunId } from "../base/ids.ts";

/** One place towards the front of the queue, or away from it. */
export type QueueOffset = -1 | 1;

/**
 * The executions with one that waits put before or behind its neighbour: the next one that waits for the same place.
 * The same list if it has none there, or if one that it would pass reads from it or is read: what a cell needs runs first.
 */
export function reorder(
  executions: readonly ActiveExecution[],
  run: RunId,
  offset: QueueOffset,
): readonly ActiveExecution[] {
  const at = executions.findIndex((one) => one.run === run);
  const other = neighbour(executions, at, offset);
  const one = executions[at];
  if (one === undefined || other === undefined) return executions;
  const passed = offset < 0 ? executions.slice(other, at) : executions.slice(at + 1, other + 1);
  if (passed.some((execution) => areBound(one, execution))) return executions;
  const without = executions.filter((execution) => execution !== one);
  // Away from the front, the neighbour itself has moved up by one.
  return [...without.slice(0, other), one, ...without.slice(other)];
}

/** True if `reorder` would change anything. */
export const canReorder = (executions: readonly ActiveExecution[], run: RunId, offset: QueueOffset): boolean =>
  reorder(executions, run, offset) !== executions;

function neighbour(executions: readonly ActiveExecution[], at: number, offset: QueueOffset): number | undefined {
  const own = executions[at];
  if (own?.state !== "queued") return undefined;
  for (let index = at + offset; index >= 0 && index < executions.length; index += offset) {
    const other = executions[index];
    if (other?.state === "queued" && samePlace(other.place, own.place)) return index;
  }
  return undefined;
}

const areBound = (one: Execution, other: Execution): boolean =>
  one.cell === other.cell || one.needs.includes(other.cell) || other.needs.includes(one.cell);
