import type { RunRecord } from "#shared/notebook/runRecord.ts";
import { readLabels } from "#shared/ports/agentLabels.ts";
import type { Placement } from "#shared/session/views.ts";

/** Where a run like this one is to be asked for again; undefined: wherever runs are. */
export function placeAgain(where: RunRecord["where"]): Placement | undefined {
  const labels = "wanted" in where ? readLabels(where.wanted) : undefined;
  if (labels !== undefined) return { at: "any", labels };
  return where.at === "any" ? { at: "any" } : undefined;
}
