// Acceptance suites of ports are lists of cases, free of any test framework: the same cases run in Node and in a page.

export interface ContractCase {
  readonly name: string;
  /** Rejects with what was found to be untrue. */
  readonly run: () => Promise<void>;
}

/** Fails the case unless `condition` holds. */
export function check(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(what);
}

/** The error that `work` rejects with; fails the case if it does not reject. */
export async function rejection(work: Promise<unknown>, what: string): Promise<unknown> {
  const outcome = await work.then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  check(outcome !== undefined, what);
  return outcome.error;
}
