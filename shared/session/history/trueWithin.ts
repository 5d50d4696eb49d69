import { seconds, type Milliseconds } from "../../base/units.ts";
import type { Readable } from "../../base/value.ts";
import type { Clock } from "../../ports/Clock.ts";

/** How long somebody who asks for something waits for it to become possible. */
const PATIENCE: Milliseconds = seconds(5);

/** Resolves true once `accept` says yes to the value, false if that does not come soon. */
export function trueWithin<T>(
  readable: Readable<T>,
  accept: (value: T) => boolean,
  clock: Clock,
  patience = PATIENCE,
): Promise<boolean> {
  if (accept(readable.get())) return Promise.resolve(true);
  return new Promise((resolve) => {
    const end = (value: boolean): void => {
      stopListening();
      stopWaiting();
      resolve(value);
    };
    const stopListening = readable.subscribe(() => {
      if (accept(readable.get())) end(true);
    });
    const stopWaiting = clock.after(patience, () => end(false));
  });
}
