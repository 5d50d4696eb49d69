import type { ExecutionPlace } from "../../execution/execution.ts";
import type { AgentLabels } from "../../ports/agentLabels.ts";

/** What was asked of the agent, for the record: it is to be found again when the page is. */
export function wantedAt(place: ExecutionPlace): { readonly wanted?: AgentLabels } {
  const labels = place.at === "any" ? (place.labels ?? {}) : {};
  return Object.keys(labels).length === 0 ? {} : { wanted: labels };
}
