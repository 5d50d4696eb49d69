import type { Dispose } from "#shared/base/dispose.ts";
import { ms, type Milliseconds } from "#shared/base/units.ts";
import { Emitter } from "#shared/base/emitter.ts";
import { Value, type Readable } from "#shared/base/value.ts";

/** A host that comes back is noticed within this time; asking costs it nothing that it would feel. */
const ASK_AGAIN: Milliseconds = ms(2_000);

/** What Chromium, Firefox and Safari say of a program that could not be fetched, and the bundler of a style sheet. */
const NOT_FETCHED = /dynamically imported module|importing a module script failed|unable to preload css/i;

/** Calls back once, later. */
type After = (delay: Milliseconds, callback: () => void) => Dispose;

const missing = new Value(0);

/** How many parts of the page are waited for that could not be had. */
export const missingParts: Readable<number> = missing;

/** Somebody wants to see a part that could not be had. */
export const partMissed = new Emitter<undefined>();

/**
 * Loads a part of the page. Where it cannot be fetched it is asked for again until it can, and is one of `missingParts`
 * meanwhile. Rejects when the part itself is broken.
 */
export async function loadPart<T>(load: () => Promise<T>, after: After = afterTimeout): Promise<T> {
  const first = await attempt(load);
  if (first !== undefined) return first.part;
  missing.update((count) => count + 1);
  partMissed.emit(undefined);
  try {
    for (;;) {
      await new Promise<void>((resolve) => after(ASK_AGAIN, resolve));
      const next = await attempt(load);
      if (next !== undefined) return next.part;
    }
  } finally {
    missing.update((count) => count - 1);
  }
}

async function attempt<T>(load: () => Promise<T>): Promise<{ readonly part: T } | undefined> {
  try {
    return { part: await load() };
  } catch (error) {
    if (error instanceof Error && NOT_FETCHED.test(error.message)) return undefined;
    throw error;
  }
}

function afterTimeout(delay: Milliseconds, callback: () => void): Dispose {
  const timer = setTimeout(callback, delay);
  return () => clearTimeout(timer);
}
