import type { Readable } from "#shared/base/value.ts";

/** Longest that a test waits for what should come soon (milliseconds): a busy machine is slow, a broken product never ready. */
const PATIENCE = 60_000;

/** Resolves with the value once `accept` says yes to it; rejects after `limit` milliseconds with what it was last. */
export function untilValue<T>(readable: Readable<T>, accept: (value: T) => boolean, limit = PATIENCE): Promise<T> {
  return new Promise((resolve, reject) => {
    const deadline = setTimeout(() => {
      dispose();
      reject(new Error(`still ${JSON.stringify(readable.get())} after ${limit} ms`));
    }, limit);
    const check = (): void => {
      const value = readable.get();
      if (!accept(value)) return;
      clearTimeout(deadline);
      dispose();
      resolve(value);
    };
    const dispose = readable.subscribe(check);
    check();
  });
}

/** Waits for a fact of the outside world that nobody tells of (a file, a process): asks again every few milliseconds. */
export async function untilTrue(what: string, ask: () => boolean | Promise<boolean>, limit = PATIENCE): Promise<void> {
  const deadline = performance.now() + limit;
  while (!(await ask())) {
    if (performance.now() > deadline) throw new Error(`not within ${limit} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
