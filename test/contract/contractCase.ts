// Acceptance suites of ports are lists of cases, free of any test framework: the same cases run in Node and in a page.

export interface ContractCase {
  readonly name: string;
  /** Rejects with what was found to be untrue. */
  readonly run: () => Promise<void>;
}

/** A case for each body, at a place of its own that is closed behind it. */
export function casesAt<Place extends { close(): Promise<unknown> }>(
  open: () => Promise<Place>,
  bodies: Readonly<Record<string, (place: Place) => Promise<void>>>,
): readonly ContractCase[] {
  return Object.entries(bodies).map(([name, body]) => ({
    name,
    run: async () => {
      const place = await open();
      try {
        await body(place);
      } finally {
        await place.close();
      }
    },
  }));
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
