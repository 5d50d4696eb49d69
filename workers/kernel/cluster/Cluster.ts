import { TASK_ARGUMENT_LIMIT, TASK_SOURCE_LIMIT } from "#shared/contracts/clusterCalls.ts";
import type { ClusterAnswer, ClusterTask } from "#shared/ports/ClusterTask.ts";
import { workOn, type TaskFunctions } from "./runTask.ts";
import { packPart, unpack } from "./travel.ts";

/** How a cell reaches other computers, and what is shown of it. */
export interface ClusterSurroundings {
  /** Undefined where nobody can be asked: then all is done here. */
  readonly ask: ((task: ClusterTask | undefined) => Promise<ClusterAnswer>) | undefined;
  readonly print: (text: string) => void;
  readonly progress: (done: number, total: number, text: string) => void;
}

export interface ClusterOptions {
  /** Items for each task; else as many as take about `TASK_TIME`. */
  readonly chunk?: number;
  /** How often a task is given to another computer after one was lost. */
  readonly retries?: number;
}

/** Milliseconds that a task should take: much more than it costs to send one, and little to lose. */
const TASK_TIME = 100;
const RETRIES = 2;

// Taken before any cell runs.
const now = performance.now.bind(performance);
const toSource = (fn: unknown): string => Function.prototype.toString.call(fn);

/** Results of a part of the items. */
export interface Part {
  /** Place of the first item. */
  readonly start: number;
  readonly results: readonly unknown[];
}

/**
 * Has functions called on items, on whatever computers take tasks, and gives the parts as they are done. The next part goes
 * to whoever is ready, so that a slow computer gets few. Functions travel as their source: they may read variables of
 * other cells, which are made again there, and nothing else.
 */
export async function* spread(
  items: readonly unknown[],
  functions: TaskFunctions,
  options: ClusterOptions,
  surroundings: ClusterSurroundings,
): AsyncGenerator<Part, void, undefined> {
  const { ask, progress } = surroundings;
  const asked = items.length > 0 ? await ask?.(undefined) : undefined;
  const width = asked?.status === "width" ? asked.width : 0;
  const chunks = new Chunks(items, options.chunk, Math.max(1, width));
  const where = width === 0 ? "on this computer" : `on ${width} ${width === 1 ? "slot" : "slots"} of other computers`;
  const lane =
    width === 0 || ask === undefined
      ? (start: number, part: readonly unknown[]) => workOn(functions, { start, items: part })
      : sender(functions, options.retries ?? RETRIES, { ...surroundings, ask });
  const running = new Map<number, Promise<Part>>();
  let done = 0;
  while (done < items.length) {
    while (running.size < Math.max(1, width)) {
      const chunk = chunks.next();
      if (chunk === undefined) break;
      const since = now();
      const part = lane(chunk.start, chunk.items).then((results) => {
        chunks.took(chunk.items.length, now() - since);
        return { start: chunk.start, results, size: chunk.items.length };
      });
      // Heard by whoever waits for the first; nobody waits for the rest once one has failed.
      part.catch(() => undefined);
      running.set(chunk.start, part);
    }
    // reason: what was put in has a size.
    const part = (await Promise.race(running.values())) as Part & { readonly size: number };
    running.delete(part.start);
    done += part.size;
    progress(done, items.length, where);
    yield part;
  }
}

/** Gives a part to another computer, again if that one is lost. */
function sender(
  functions: TaskFunctions,
  retries: number,
  { ask, print }: ClusterSurroundings & { readonly ask: NonNullable<ClusterSurroundings["ask"]> },
): (start: number, items: readonly unknown[]) => Promise<readonly unknown[]> {
  const sources = { map: sourceOf(functions.map), reduce: sourceOf(functions.reduce) };
  return async (start, items) => {
    const argument = packPart(start, items);
    if (argument.length > TASK_ARGUMENT_LIMIT) {
      throw new RangeError(
        `item ${start} is too large to travel: ${argument.length} characters of ${TASK_ARGUMENT_LIMIT}`,
      );
    }
    for (let tried = 0; ; tried++) {
      const answer = await ask({ ...sources, argument });
      if (answer.status === "width") throw new TypeError("the page gave an answer that is none");
      if (answer.status !== "lost") {
        print(answer.printed);
        if (answer.status === "failed") throw new Error(answer.message);
        // reason: `runTask` packs a list.
        return unpack(answer.value) as readonly unknown[];
      }
      if (tried >= retries) throw new Error(`given up after ${tried + 1} tries: ${answer.message}`);
    }
  };
}

function sourceOf(fn: unknown): string | undefined {
  if (fn === undefined) return undefined;
  const source = toSource(fn);
  if (/\{\s*\[native code\]\s*\}$/.test(source)) {
    throw new TypeError("a built-in function cannot travel: write one around it, as in (x) => Math.sqrt(x)");
  }
  if (source.length > TASK_SOURCE_LIMIT) throw new RangeError("the function is too long to travel");
  return source;
}

/** The next items to work on: as many as take about `TASK_TIME`, fewer towards the end so that all end together. */
class Chunks {
  readonly #items: readonly unknown[];
  readonly #fixed: number | undefined;
  readonly #width: number;
  #at = 0;
  #perItem: number | undefined;

  constructor(items: readonly unknown[], fixed: number | undefined, width: number) {
    this.#items = items;
    this.#fixed = fixed === undefined ? undefined : Math.max(1, Math.floor(fixed));
    this.#width = width;
  }

  next(): { readonly start: number; readonly items: readonly unknown[] } | undefined {
    const left = this.#items.length - this.#at;
    if (left === 0) return undefined;
    const start = this.#at;
    let items = this.#items.slice(start, start + this.#size(left));
    while (items.length > 1 && packPart(start, items).length > TASK_ARGUMENT_LIMIT / 2) {
      items = items.slice(0, Math.ceil(items.length / 2));
    }
    this.#at += items.length;
    return { start, items };
  }

  took(count: number, time: number): void {
    const perItem = time / count;
    this.#perItem = this.#perItem === undefined ? perItem : (this.#perItem + perItem) / 2;
  }

  #size(left: number): number {
    if (this.#fixed !== undefined) return this.#fixed;
    // Nothing is known of the first: each slot gets one item, so that one that takes minutes keeps no other waiting.
    if (this.#perItem === undefined) return 1;
    const fitting = Math.max(1, Math.floor(TASK_TIME / Math.max(this.#perItem, 1e-3)));
    return Math.min(fitting, Math.max(1, Math.ceil(left / this.#width)));
  }
}
