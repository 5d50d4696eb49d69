import { median } from "../../base/median.ts";
import type { PeerId } from "../../base/ids.ts";
import { ms, type Milliseconds } from "../../base/units.ts";

/** Dispatches of which the median is told: enough to outlast one hiccup, few enough to follow a network that changes. */
const SAMPLES = 32;

/** How long agents took to answer our offers. */
export class DispatchTimes {
  readonly #times = new Map<PeerId, number[]>();

  note(agent: PeerId, took: Milliseconds): void {
    const times = this.#times.get(agent) ?? [];
    if (times.push(took) > SAMPLES) times.shift();
    this.#times.set(agent, times);
  }

  /** The median of the last ones; undefined before the first. */
  median(agent: PeerId): Milliseconds | undefined {
    const times = this.#times.get(agent);
    return times === undefined ? undefined : ms(median(times));
  }
}
