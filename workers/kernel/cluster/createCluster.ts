import { spread, type ClusterOptions, type ClusterSurroundings } from "./Cluster.ts";
import type { TaskFunctions } from "./runTask.ts";

type Mapper = NonNullable<TaskFunctions["map"]>;
type Reducer = NonNullable<TaskFunctions["reduce"]>;

/** `cluster` as cells see it. Every call is for `await`, but `asCompleted`, which is for `for await`. */
export interface Cluster {
  /** The result of `fn(item, index)` for each item, in the order of the items. */
  map(fn: Mapper, items: Iterable<unknown>, options?: ClusterOptions): Promise<readonly unknown[]>;
  /** All items made one, two at a time. In which order is not said: `fn` must not depend on it beyond the order of the items. */
  reduce(fn: Reducer, items: Iterable<unknown>, options?: ClusterOptions): Promise<unknown>;
  /** The results of `map` made one by `reduce`, already where they are made. */
  mapReduce(map: Mapper, reduce: Reducer, items: Iterable<unknown>, options?: ClusterOptions): Promise<unknown>;
  /** As `map`, each result with the index of its item as soon as it is there. */
  asCompleted(
    fn: Mapper,
    items: Iterable<unknown>,
    options?: ClusterOptions,
  ): AsyncIterable<readonly [number, unknown]>;
}

export function createCluster(surroundings: ClusterSurroundings): Cluster {
  const fold = async (
    functions: TaskFunctions,
    items: Iterable<unknown>,
    options: ClusterOptions,
  ): Promise<unknown> => {
    const { reduce } = functions;
    if (reduce === undefined) throw new TypeError("there is no function that makes two results one");
    const parts: (readonly unknown[])[] = [];
    const places: number[] = [];
    for await (const { start, results } of spread([...items], functions, options, surroundings)) {
      places.push(start);
      parts.push(results);
    }
    if (parts.length === 0) throw new TypeError("there are no items, so there is no result");
    const inOrder = parts.map((_, at) => at).sort((one, other) => (places[one] ?? 0) - (places[other] ?? 0));
    const [first, ...rest] = inOrder.map((at) => parts[at]?.[0]);
    let result = first;
    for (const other of rest) result = await reduce(result, other);
    return result;
  };
  return Object.freeze({
    map: async (fn: Mapper, items: Iterable<unknown>, options: ClusterOptions = {}) => {
      const all = [...items];
      const results = new Array<unknown>(all.length);
      for await (const part of spread(all, mapping(fn), options, surroundings)) {
        for (const [at, result] of part.results.entries()) results[part.start + at] = result;
      }
      return results;
    },
    reduce: (fn: Reducer, items: Iterable<unknown>, options: ClusterOptions = {}) =>
      fold({ map: undefined, reduce: asFunction(fn) }, items, options),
    mapReduce: (map: Mapper, reduce: Reducer, items: Iterable<unknown>, options: ClusterOptions = {}) =>
      fold({ map: asFunction(map), reduce: asFunction(reduce) }, items, options),
    asCompleted: async function* (fn: Mapper, items: Iterable<unknown>, options: ClusterOptions = {}) {
      for await (const part of spread([...items], mapping(fn), options, surroundings)) {
        for (const [at, result] of part.results.entries()) yield [part.start + at, result] as const;
      }
    },
  });
}

const mapping = (fn: Mapper): TaskFunctions => ({ map: asFunction(fn), reduce: undefined });

/** @throws TypeError that says how it is called */
function asFunction<F>(fn: F): F {
  if (typeof fn !== "function")
    throw new TypeError("give a function first, then the items: cluster.map((x) => x * 2, items)");
  return fn;
}
