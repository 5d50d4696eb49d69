import type { Dispose } from "../../base/dispose.ts";
import type { Milliseconds } from "../../base/units.ts";
import type { Clock } from "../../ports/Clock.ts";
import type { KernelWait } from "../../ports/Kernel.ts";
import type { PlaceWay } from "./placeWay.ts";

export interface ReachOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** After this it is given up. */
  readonly within: Milliseconds;
  /** What is waited for, each time that changes; undefined once the place can be asked. */
  readonly onWait: (wait: KernelWait | undefined) => void;
}

/** Waits until a place can be asked, and closes the way to it. False if that was not to be: stopped, or given up. */
export async function reachPlace(way: PlaceWay, { clock, signal, within, onWait }: ReachOptions): Promise<boolean> {
  const disposes: Dispose[] = [() => way.close()];
  const reached = await new Promise<boolean>((resolve) => {
    const look = (): void => {
      const wait = way.waits.get();
      onWait(wait);
      if (wait === undefined) resolve(true);
    };
    const giveUp = (): void => resolve(false);
    signal.addEventListener("abort", giveUp, { once: true });
    disposes.push(way.waits.subscribe(look), clock.after(within, giveUp), () =>
      signal.removeEventListener("abort", giveUp),
    );
    if (signal.aborted) giveUp();
    look();
  });
  for (const dispose of disposes) dispose();
  return reached;
}
