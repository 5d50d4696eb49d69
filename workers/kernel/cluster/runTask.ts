import { TASK_VALUE } from "#shared/contracts/kernel/clusterCalls.ts";
import { pack, unpack } from "./travel.ts";

/** What a task does: something with each item, then two results become one. One of them may be missing. */
export interface TaskFunctions {
  readonly map: ((item: unknown, index: number) => unknown) | undefined;
  readonly reduce: ((one: unknown, other: unknown) => unknown) | undefined;
}

/** Items, and the place of the first among all. */
export interface TaskArgument {
  readonly start: number;
  readonly items: readonly unknown[];
}

/** The results of the items, in order; with `reduce` a list of the one that they became. */
export async function workOn(
  { map, reduce }: TaskFunctions,
  { start, items }: TaskArgument,
): Promise<readonly unknown[]> {
  const results: unknown[] = [];
  for (const [at, item] of items.entries()) {
    const result = map === undefined ? item : await callFor(start + at, () => map(item, start + at));
    const [before] = results;
    if (reduce === undefined || at === 0) results.push(result);
    else results[0] = await callFor(start + at, () => reduce(before, result));
  }
  return results;
}

async function callFor(index: number, call: () => unknown): Promise<unknown> {
  try {
    return await call();
  } catch (error) {
    throw new Error(`item ${index}: ${error instanceof Error ? String(error) : `threw ${String(error)}`}`, {
      cause: error,
    });
  }
}

/** Called by a task's program, on the computer that works on it. Gives what shows itself as the task's value. */
export async function runTask(map: unknown, reduce: unknown, argument: string): Promise<object> {
  // reason: the program that calls was made by `ClusterTasks`, which hands over functions and what `packTask` made.
  const functions = { map, reduce } as TaskFunctions;
  const value = pack(await workOn(functions, unpack(argument) as TaskArgument), "the result");
  return { [Symbol.for("Jupyter.display")]: () => ({ [TASK_VALUE]: value }) };
}
