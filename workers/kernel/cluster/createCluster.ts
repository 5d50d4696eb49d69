import { SHARE_LIMIT } from "#shared/contracts/kernel/clusterCalls.ts";
import type { Getter } from "../LanguageRuntime.ts";
import { spread, type ClusterOptions, type ClusterSurroundings, type Part } from "./Cluster.ts";
import { javascriptWork } from "./javascriptWork.ts";
import type { TaskFunctions } from "./runTask.ts";
import { Shared } from "./Shares.ts";
import { pack } from "./travel.ts";

type Mapper = NonNullable<TaskFunctions["map"]>;
type Reducer = NonNullable<TaskFunctions["reduce"]>;
type Items = Iterable<unknown> | AsyncIterable<unknown>;

/** `cluster` as cells see it. Every call is for `await`, but `asCompleted`, which is for `for await`. */
export interface Cluster {
  /** The result of `fn(item, index)` for each item, in the order of the items. */
  map(fn: Mapper, items: Items, options?: ClusterOptions): Promise<readonly unknown[]>;
  /** All items made one, two at a time. In which order is not said: `fn` must not depend on it beyond the order of the items. */
  reduce(fn: Reducer, items: Items, options?: ClusterOptions): Promise<unknown>;
  /** The results of `map` made one by `reduce`, already where they are made. */
  mapReduce(map: Mapper, reduce: Reducer, items: Items, options?: ClusterOptions): Promise<unknown>;
  /**
   * As `map`, each result with the index of its item as soon as it is there. An item that fails has its `Error` as its result,
   * and the others go on.
   */
  asCompleted(fn: Mapper, items: Items, options?: ClusterOptions): AsyncIterable<readonly [number, unknown]>;
  /** A value that is sent once to each computer and not with each task. Functions read its `value`. */
  broadcast(value: unknown): Promise<Shared>;
  /** As `reduce`, and the result is broadcast: what is given to the cluster next can read it everywhere. */
  allReduce(fn: Reducer, items: Items, options?: ClusterOptions): Promise<Shared>;
  /** The items in as many parts as can be worked on at once, of about one length, in order. */
  scatter(items: Items): Promise<readonly (readonly unknown[])[]>;
  /** Waits until all that this cell gave to the cluster before is done. Rejects if something of it failed. */
  barrier(): Promise<void>;
}

/** `own`: what the cell defines that has the cluster. */
export function createCluster(surroundings: ClusterSurroundings, own: () => ReadonlyMap<string, Getter>): Cluster {
  const calls = new Calls(surroundings, own);
  const broadcast = (value: unknown): Promise<Shared> => share(value, surroundings);
  return Object.freeze({
    map: (fn: Mapper, items: Items, options: ClusterOptions = {}) => calls.map(asFunction(fn), listed(items), options),
    reduce: (fn: Reducer, items: Items, options: ClusterOptions = {}) =>
      calls.fold({ map: undefined, reduce: asFunction(fn) }, listed(items), options),
    mapReduce: (map: Mapper, reduce: Reducer, items: Items, options: ClusterOptions = {}) =>
      calls.fold({ map: asFunction(map), reduce: asFunction(reduce) }, listed(items), options),
    asCompleted: async function* (fn: Mapper, items: Items, options: ClusterOptions = {}) {
      for await (const part of calls.each(asFunction(fn), await listed(items), options)) {
        for (const [at, result] of part.results.entries()) yield [part.start + at, result] as const;
      }
    },
    broadcast,
    allReduce: async (fn: Reducer, items: Items, options: ClusterOptions = {}) =>
      broadcast(await calls.fold({ map: undefined, reduce: asFunction(fn) }, listed(items), options)),
    scatter: async (items: Items) => inParts(await listed(items), await widthOf(surroundings)),
    barrier: () => calls.barrier(),
  });
}

/** Calls of one cell, of which some may be under way. */
class Calls {
  readonly #surroundings: ClusterSurroundings;
  readonly #own: () => ReadonlyMap<string, Getter>;
  readonly #open = new Set<Promise<unknown>>();

  constructor(surroundings: ClusterSurroundings, own: () => ReadonlyMap<string, Getter>) {
    this.#surroundings = surroundings;
    this.#own = own;
  }

  /** An item that fails has its error as its result. */
  each(map: Mapper, items: readonly unknown[], options: ClusterOptions): AsyncGenerator<Part> {
    const work = javascriptWork({ map, reduce: undefined }, this.#own(), true);
    return spread(items, work, { options, surroundings: this.#surroundings });
  }

  spread(functions: TaskFunctions, items: readonly unknown[], options: ClusterOptions): AsyncGenerator<Part> {
    const work = javascriptWork(functions, this.#own());
    return spread(items, work, { options, surroundings: this.#surroundings });
  }

  map(fn: Mapper, given: Listed, options: ClusterOptions): Promise<readonly unknown[]> {
    return this.#tracked(async () => {
      const items = await given;
      const results = new Array<unknown>(items.length);
      for await (const part of this.spread({ map: fn, reduce: undefined }, items, options)) {
        for (const [at, result] of part.results.entries()) results[part.start + at] = result;
      }
      return results;
    });
  }

  fold(
    functions: TaskFunctions & { readonly reduce: Reducer },
    items: Listed,
    options: ClusterOptions,
  ): Promise<unknown> {
    return this.#tracked(async () => {
      const parts: Part[] = [];
      for await (const part of this.spread(functions, await items, options)) parts.push(part);
      if (parts.length === 0) throw new TypeError("there are no items, so there is no result");
      parts.sort((one, other) => one.start - other.start);
      const [first, ...rest] = parts.map(({ results }) => results[0]);
      let result = first;
      for (const other of rest) result = await functions.reduce(result, other);
      return result;
    });
  }

  async barrier(): Promise<void> {
    await Promise.all(this.#open);
  }

  #tracked<Result>(call: () => Promise<Result>): Promise<Result> {
    const called = call();
    this.#open.add(called);
    const done = (): void => void this.#open.delete(called);
    called.then(done, done);
    return called;
  }
}

let shared = 0;

async function share(value: unknown, { ask }: ClusterSurroundings): Promise<Shared> {
  const id = `shared-${++shared}`;
  const text = pack(value, "the value");
  if (text.length > SHARE_LIMIT) {
    throw new RangeError(`the value is too large to be shared: ${text.length} characters of ${SHARE_LIMIT}`);
  }
  const answer = await ask?.({ kind: "share", language: "javascript", id, text });
  if (answer?.status === "failed") throw new Error(answer.message);
  return new Shared(id, value);
}

async function widthOf({ ask }: ClusterSurroundings): Promise<number> {
  const answer = await ask?.({ kind: "width" });
  return answer?.status === "width" ? Math.max(1, answer.width) : 1;
}

function inParts(items: readonly unknown[], count: number): readonly (readonly unknown[])[] {
  const parts = Math.min(count, items.length);
  const from = (part: number): number => Math.round((items.length * part) / parts);
  return Array.from({ length: parts }, (_, part) => items.slice(from(part), from(part + 1)));
}

type Listed = readonly unknown[] | Promise<readonly unknown[]>;

/** The items as they are now. @throws TypeError that says what they may be */
function listed(items: Items): Listed {
  // reason: what a cell gives need not be what is asked for.
  const given = items as Partial<Iterable<unknown> & AsyncIterable<unknown>> | null | undefined;
  if (typeof given?.[Symbol.asyncIterator] === "function") return collected(items);
  if (typeof given?.[Symbol.iterator] === "function") return [...(items as Iterable<unknown>)];
  const kind = given === null ? "null" : typeof given;
  throw new TypeError(`the items must be a list, or what can be gone through like one, not ${kind}`);
}

async function collected(items: Items): Promise<readonly unknown[]> {
  const all: unknown[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** @throws TypeError that says how it is called */
function asFunction<F>(fn: F): F {
  if (typeof fn !== "function")
    throw new TypeError("give a function first, then the items: cluster.map((x) => x * 2, items)");
  return fn;
}
