import type { ExecutionPlace } from "../../execution/execution.ts";
import type { AskedPlace, AskedRun } from "../../ports/AskedRunStore.ts";
import type { RunPlan } from "../execution/LiveRun.ts";
import { CHANGED } from "./askedLimits.ts";
import type { AskedBefore } from "./placeWay.ts";

/** Where it is to run; undefined for what ends with its page: nothing is lost but what can be asked again. */
export function askedPlace(place: ExecutionPlace, name: string): AskedPlace | undefined {
  if (place.at === "agent") return { at: "agent", agent: place.agent, name };
  return place.at === "any" ? { at: "any", labels: place.labels ?? {} } : undefined;
}

export const placeOf = ({ place }: AskedRun): ExecutionPlace =>
  place.at === "any" ? place : { at: "agent", agent: place.agent };

/** What people call the agent that it was asked of. */
export const nameOf = (asked: AskedRun | undefined): string => (asked?.place.at === "agent" ? asked.place.name : "");

export function sinceOf(asked: AskedRun | undefined): AskedBefore["since"] {
  if (asked === undefined) return "now";
  return asked.given === undefined ? "unsent" : "sent";
}

/**
 * Plans made now, for what was asked for then: the same run, of the same source. `refusal`: why it is not to be executed.
 * Empty if its cell is gone.
 */
export function resumePlans(plans: readonly RunPlan[], asked: AskedRun, refusal?: string): readonly RunPlan[] {
  const own = plans.find(({ execution }) => execution.asked && execution.cell === asked.cell);
  if (own === undefined) return [];
  const execution = { ...own.execution, run: asked.run };
  const why = refusal ?? (execution.sourceHash === asked.sourceHash ? undefined : CHANGED);
  if (why === undefined) return plans.map((plan) => (plan === own ? { ...own, execution, resumed: asked } : plan));
  // Nothing it needs is wanted either. It is recorded as run nowhere.
  const nowhere = { ...execution, place: { at: "any" }, needs: [] } as const;
  return [{ ...own, execution: nowhere, refusal: { reason: "not-sent", message: why }, resumed: asked }];
}
