import fc from "fast-check";

/** Long suites run many more cases, and others each time, so that runs add up. */
export const LONG = process.env["MESHBOOK_LONG"] === "1";

/**
 * Runs a property with a seed that is printed, so that any failure can be replayed with MESHBOOK_SEED.
 * `npm run test:long` does twenty times `runs`, other cases each time; `npm test` half of them, which are always the same.
 */
export async function checkProperty<Ts extends [unknown, ...unknown[]]>(
  name: string,
  runs: number,
  property: fc.IProperty<Ts> | fc.IAsyncProperty<Ts>,
): Promise<void> {
  const seed = propertySeed(name);
  const result = await fc.check(property, { seed, numRuns: LONG ? runs * 20 : Math.ceil(runs / 2) });
  if (!result.failed) return;
  const log = { model: name, found: `seed ${seed}`, arguments: result.counterexample };
  console.log(
    `[property] to keep this failure, put it into a file of test/fixtures/sync/logs:\n${JSON.stringify(log)}`,
  );
  throw new Error(fc.defaultReportMessage(result), { cause: result.errorInstance });
}

/** Of the short slice, so that `npm test` says the same of the same code each time. */
const SHORT_SEED = 20_261_126;

/** The seed of this run, printed: MESHBOOK_SEED if it is given; else the same each time, or in long suites another. */
export function propertySeed(name: string): number {
  const given = process.env["MESHBOOK_SEED"];
  const seed = given !== undefined ? Number(given) : LONG ? Date.now() % 2 ** 31 : SHORT_SEED;
  console.log(`[property] ${name}: seed ${seed}`);
  return seed;
}
