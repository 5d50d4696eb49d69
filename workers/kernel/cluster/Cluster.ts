import { TASK_ARGUMENT_LIMIT } from "#shared/contracts/kernel/clusterCalls.ts";
import type { ClusterAnswer, ClusterRequest, ClusterTask } from "#shared/ports/ClusterTask.ts";

/** How a cell reaches other computers, and what is shown of it. */
export interface ClusterSurroundings {
  /** Undefined where nobody can be asked: then all is done here. */
  readonly ask: ((request: ClusterRequest) => Promise<ClusterAnswer>) | undefined;
  readonly print: (text: string) => void;
  readonly progress: (done: number, total: number, text: string) => void;
}

export interface ClusterOptions {
  /** Items for each task, at least 1; else as many as take about `TASK_TIME`. */
  readonly chunk?: number | undefined;
  /** How often a task is given to another computer after one was lost: 0 or more. */
  readonly retries?: number | undefined;
}

/** Milliseconds that the work of a task should take: more than it costs to send one as a rule, and little to lose. */
const TASK_TIME = 100;
/** Milliseconds: where no part came back within this, items take long, and go one by one. */
const SOON = 1_000;
const RETRIES = 2;

// Taken before any cell runs.
const now = performance.now.bind(performance);

/** What is done with the items, in one language or another. */
export interface ClusterWork {
  /** Text of a part of the items, the first of which has place `start` among all. @throws for what cannot travel */
  pack(start: number, items: readonly unknown[]): string;
  /** A task but its argument. @throws for functions that cannot travel */
  task(): Omit<ClusterTask, "argument">;
  /** The results in the text that a task gave. `on`: where it was, as it stands behind an error. */
  unpack(text: string, on: string): readonly unknown[];
  /** Works on items on this computer. */
  here(start: number, items: readonly unknown[]): Promise<readonly unknown[]>;
  /** An error of a task, for people. */
  explain(message: string): string;
  /** The results of a part that could not be worked on, where each item is told on its own; else that ends the whole. */
  readonly failed?: (error: unknown, count: number) => readonly unknown[];
}

/** Results of a part of the items. */
export interface Part {
  /** Place of the first item. */
  readonly start: number;
  readonly results: readonly unknown[];
}

/**
 * Has functions called on items, on whatever computers take tasks, and gives the parts as they are done. The next part goes
 * to whoever is ready, so that a slow computer gets few. Functions travel as their source: they may read variables of
 * other cells, which are made again there, and what their own cell defines, which travels with them.
 */
export async function* spread(
  items: readonly unknown[],
  work: ClusterWork,
  given: { readonly options: ClusterOptions; readonly surroundings: ClusterSurroundings },
): AsyncGenerator<Part, void, undefined> {
  const { options, surroundings } = given;
  const { ask, progress } = surroundings;
  checkOptions(options);
  const width = items.length === 0 || ask === undefined ? 0 : await widthNow(ask);
  const chunks = new Chunks({
    items,
    pack: (start, part) => work.pack(start, part),
    fixed: options.chunk,
    width: Math.max(1, width),
  });
  const where = width === 0 ? "on this computer" : `on ${width} ${width === 1 ? "slot" : "slots"} of other computers`;
  const lane =
    width === 0 || ask === undefined
      ? (start: number, part: readonly unknown[]) => work.here(start, part)
      : sender(work, options.retries ?? RETRIES, { ...surroundings, ask });
  const running = new Map<number, Promise<Part>>();
  let done = 0;
  while (done < items.length) {
    while (running.size < Math.max(1, width)) {
      const chunk = chunks.next();
      if (chunk === undefined) break;
      const since = now();
      const size = chunk.items.length;
      const part = lane(chunk.start, chunk.items)
        .catch((error: unknown) => failedPart(work, error, size))
        .then((results) => {
          chunks.took(size, now() - since);
          return { start: chunk.start, results, size };
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

/** @throws the error itself, where it ends the whole */
function failedPart({ failed }: ClusterWork, error: unknown, count: number): readonly unknown[] {
  if (failed === undefined) throw error;
  return failed(error, count);
}

/** @throws RangeError that says what an option must be: one that is no number would cut no chunk, or never give up */
function checkOptions({ chunk, retries }: ClusterOptions): void {
  if (chunk !== undefined && !(typeof chunk === "number" && chunk >= 1)) {
    throw new RangeError(`chunk is how many items go together: give a number from 1, not ${shownOption(chunk)}`);
  }
  if (retries !== undefined && !(typeof retries === "number" && retries >= 0)) {
    throw new RangeError(
      `retries is how often a lost part is given away again: give a number from 0, not ${shownOption(retries)}`,
    );
  }
}

const shownOption = (given: unknown): string => (typeof given === "string" ? `"${given.slice(0, 20)}"` : String(given));

/** Slots of other computers that take tasks. */
async function widthNow(ask: NonNullable<ClusterSurroundings["ask"]>): Promise<number> {
  const answer = await ask({ kind: "width" });
  return answer.status === "width" ? answer.width : 0;
}

/** Gives a part to another computer, again if that one is lost; works on it here once there is none. */
function sender(
  work: ClusterWork,
  retries: number,
  { ask, print }: ClusterSurroundings & { readonly ask: NonNullable<ClusterSurroundings["ask"]> },
): (start: number, items: readonly unknown[]) => Promise<readonly unknown[]> {
  const task = work.task();
  return async (start, items) => {
    const argument = work.pack(start, items);
    if (argument.length > TASK_ARGUMENT_LIMIT) {
      throw new RangeError(
        `item ${start} is too large to travel: ${argument.length} characters of ${TASK_ARGUMENT_LIMIT}`,
      );
    }
    for (let tried = 0; ; tried++) {
      const answer = await ask({ ...task, argument });
      if (answer.status === "width" || answer.status === "kept")
        throw new TypeError("the page gave an answer that is none");
      if (answer.status !== "lost") {
        print(answer.printed);
        if (answer.status === "failed") throw new Error(work.explain(answer.message));
        return work.unpack(answer.value, answer.on);
      }
      // As where there was none from the start.
      if ((await widthNow(ask)) === 0) return work.here(start, items);
      if (tried >= retries) throw new Error(`given up after ${tried + 1} tries: ${answer.message}`);
    }
  };
}

/**
 * The next items to work on: as many as take about `TASK_TIME`, fewer towards the end so that all end together. However long
 * the way is, short items go together: each part may have twice as many as were tried.
 */
class Chunks {
  readonly #items: readonly unknown[];
  readonly #fixed: number | undefined;
  readonly #width: number;
  #at = 0;
  /** Milliseconds that the quickest part took, with its way. */
  #least = Infinity;
  /** Items of the largest part that came back. */
  #most = 1;
  /** Milliseconds that an item takes, as far as known. */
  #perItem = 0;

  readonly #pack: ClusterWork["pack"];

  constructor(given: {
    readonly items: readonly unknown[];
    readonly pack: ClusterWork["pack"];
    readonly fixed: number | undefined;
    readonly width: number;
  }) {
    this.#items = given.items;
    this.#pack = given.pack;
    this.#fixed = given.fixed === undefined ? undefined : Math.floor(given.fixed);
    this.#width = given.width;
  }

  next(): { readonly start: number; readonly items: readonly unknown[] } | undefined {
    const left = this.#items.length - this.#at;
    if (left === 0) return undefined;
    const start = this.#at;
    let items = this.#items.slice(start, start + this.#size(left));
    while (items.length > 1 && !this.#fits(start, items)) items = items.slice(0, Math.ceil(items.length / 2));
    this.#at += items.length;
    return { start, items };
  }

  /** Whether they can go together. One that cannot travel goes alone, and is told of then. */
  #fits(start: number, items: readonly unknown[]): boolean {
    try {
      return this.#pack(start, items).length <= TASK_ARGUMENT_LIMIT / 2;
    } catch {
      return false;
    }
  }

  took(count: number, time: number): void {
    this.#least = Math.min(this.#least, time);
    this.#most = Math.max(this.#most, count);
    // Of the quickest we cannot tell the way from the work: what others took beyond it was their work.
    const perItem = (time - this.#least) / Math.max(1, count - 1);
    this.#perItem = (this.#perItem + perItem) / 2;
  }

  #size(left: number): number {
    if (this.#fixed !== undefined) return this.#fixed;
    // Each slot gets one item at first, so that one that takes minutes keeps no other waiting; and while no part came back soon.
    if (this.#least > SOON) return 1;
    const fitting = Math.max(1, Math.floor(TASK_TIME / Math.max(this.#perItem, 1e-3)));
    return Math.min(fitting, 2 * this.#most, Math.max(1, Math.ceil(left / this.#width)));
  }
}
