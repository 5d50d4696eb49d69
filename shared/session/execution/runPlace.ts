import { NotRunError } from "../../base/errors.ts";
import type { ExecutionPlace } from "../../execution/execution.ts";
import type { RunPlace } from "../../notebook/runRecord.ts";
import type { Kernel } from "../../ports/Kernel.ts";
import type { ExecutionRunnerOptions } from "./ExecutionRunnerOptions.ts";
import { wantedAt } from "./wantedAt.ts";

type KernelPlaces = Pick<ExecutionRunnerOptions, "kernelFor" | "anyKernel" | "everybody">;

/** What places without a name of their own are called; "here" is put into words where it is shown. */
export const PLACE_NAMES = { here: "here", any: "any computer", everybody: "all computers of the class" } as const;

/** The kernel of a place beyond this process. Rejects with a NotRunError if there is none. */
export function kernelAt(place: ExecutionPlace, places: KernelPlaces): Promise<Kernel> {
  const found = {
    here: () => undefined,
    agent: () => (place.at === "agent" ? places.kernelFor(place.agent)?.kernel : undefined),
    any: () => places.anyKernel?.(place.at === "any" ? (place.labels ?? {}) : {}),
    everybody: () => places.everybody?.(),
  }[place.at]();
  return found === undefined ? Promise.reject(absentAt(place)) : Promise.resolve(found);
}

/** How the record of a run that begins says where; `name` is the agent's. */
export function runPlaceOf(place: ExecutionPlace, name: string): RunPlace {
  if (place.at === "agent") return { at: "agent", agent: place.agent, name };
  return place.at === "any" ? { at: "any", parked: undefined, ...wantedAt(place) } : place;
}

/** Why nothing executes at a place. */
function absentAt({ at }: ExecutionPlace): NotRunError {
  if (at !== "agent") return new NotRunError("this computer is in no class now", "Run the cell here, or join a class.");
  return new NotRunError("the agent is not connected any more");
}
