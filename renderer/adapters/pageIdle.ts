import { ms } from "#shared/base/units.ts";

/** After its start the page reads, paints and connects to its host for about this long on a slow laptop. */
const START = ms(1_500);
/** A page that never becomes quiet goes on after this long. */
const PATIENCE = ms(2_000);

const started = new Promise<void>((resolve) => setTimeout(resolve, START));

/** Resolves when the page has started and has nothing to do: what is not needed to read and write waits for it. */
export async function pageIdle(): Promise<void> {
  await started;
  await new Promise<void>((resolve) => {
    // Safari does not have it.
    if (typeof requestIdleCallback === "function") requestIdleCallback(() => resolve(), { timeout: PATIENCE });
    else resolve();
  });
}
