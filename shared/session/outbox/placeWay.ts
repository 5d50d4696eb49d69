import type { Dispose } from "../../base/dispose.ts";
import { Value, type Readable } from "../../base/value.ts";
import type { ExecutionPlace } from "../../execution/execution.ts";
import type { KernelWait } from "../../ports/Kernel.ts";
import type { ClassJobs } from "../app/ClassJobs.ts";

/** What lies between this page and a place on other computers. */
export interface PlaceWay {
  /** What it takes until the place can be asked; undefined: it can be asked now, or nothing is worth waiting for. */
  readonly waits: Readable<KernelWait | undefined>;
  close(): void;
}

export interface WaySources {
  readonly jobs: Readable<ClassJobs | undefined>;
  /** This device is in a class. */
  readonly joined: () => boolean;
}

export interface AskedBefore {
  readonly name: string;
  readonly since: "now" | "unsent" | "sent";
}

const CONNECTION: KernelWait = { on: "connection" };

/**
 * The way to a place; undefined where it is open, or where asking now says why it is not. `name`: what the place is called.
 * `since`: an earlier life of the page asked for it; then an agent that is not here is waited for, unless it was sent there.
 */
export function wayTo(
  place: ExecutionPlace,
  { jobs, joined }: WaySources,
  { name, since }: AskedBefore,
): PlaceWay | undefined {
  if (place.at === "here" || place.at === "everybody") return undefined;
  const absent: KernelWait = { on: "agent", name };
  const read = (): KernelWait | undefined => {
    if (!joined()) return undefined;
    const known = jobs.get();
    if (known?.requester.online.get() !== true) return CONNECTION;
    if (place.at === "any" || since === "sent") return undefined;
    return known.agents.get().some(({ peer }) => peer === place.agent) ? undefined : absent;
  };
  const first = read();
  // An agent that left a moment ago: whoever is here now chooses another.
  if (first === undefined || (first === absent && since === "now")) return undefined;
  const waits = new Value<KernelWait | undefined>(first);
  const look = (): void => waits.set(read());
  let stopInner: Dispose = () => undefined;
  const follow = (): void => {
    stopInner();
    const known = jobs.get();
    const stops = known === undefined ? [] : [known.requester.online.subscribe(look), known.agents.subscribe(look)];
    stopInner = () => {
      for (const stop of stops) stop();
    };
    look();
  };
  follow();
  const stop = jobs.subscribe(follow);
  return {
    waits,
    close: () => {
      stop();
      stopInner();
    },
  };
}
