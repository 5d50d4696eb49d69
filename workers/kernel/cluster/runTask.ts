import { messageOf } from "#shared/base/errors.ts";
import { TASK_VALUE } from "#shared/contracts/kernel/clusterCalls.ts";
import { pack, unpack, type TaskArgument } from "./travel.ts";

/** What a task does: something with each item, then two results become one. One of them may be missing. */
export interface TaskFunctions {
  readonly map: ((item: unknown, index: number) => unknown) | undefined;
  readonly reduce: ((one: unknown, other: unknown) => unknown) | undefined;
}

/** What became of one item. */
export type Outcome = { readonly value: unknown } | { readonly error: string };

/** The results of the items, in order; with `reduce` a list of the one that they became. */
export async function workOn(
  { map, reduce }: TaskFunctions,
  { start, items, each = false }: TaskArgument,
): Promise<readonly unknown[]> {
  const results: unknown[] = [];
  for (const [at, item] of items.entries()) {
    const call = (): unknown => (map === undefined ? item : callFor(start + at, () => map(item, start + at)));
    const result = await (each ? outcomeOf(call) : call());
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

async function outcomeOf(call: () => unknown): Promise<Outcome> {
  try {
    return { value: await call() };
  } catch (error) {
    return { error: messageOf(error) };
  }
}

/** Called by a task's program, on the computer that works on it. Gives what shows itself as the task's value. */
export async function runTask(map: unknown, reduce: unknown, argument: string): Promise<object> {
  // reason: the program that calls was made by `ClusterTasks`, which hands over functions and what `packTask` made.
  const functions = { map, reduce } as TaskFunctions;
  const given = unpack(argument) as TaskArgument;
  const results = await workOn(functions, given);
  const value = pack(
    given.each === true ? results.map((one, at) => asTravelling(one, given.start + at)) : results,
    "the result",
  );
  return { [Symbol.for("Jupyter.display")]: () => ({ [TASK_VALUE]: value }) };
}

/** As it is, or that it cannot travel: one result that cannot must not hold up the others. */
function asTravelling(outcome: unknown, index: number): unknown {
  try {
    // reason: `workOn` gives outcomes where each item is to have one.
    pack((outcome as { readonly value?: unknown }).value, `the result of item ${index}`);
    return outcome;
  } catch (error) {
    return { error: messageOf(error) } satisfies Outcome;
  }
}
