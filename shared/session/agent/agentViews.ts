import type { PeerId } from "../../base/ids.ts";
import type { Milliseconds } from "../../base/units.ts";
import type { Roster } from "../../jobs/link/roster.ts";
import { cleanName } from "../../presence/presence.ts";
import type { AgentView } from "../views.ts";

/** What there is to show of the agents that are here, by name. `dispatch`: how long one took to answer us, in the middle. */
export function agentViews(
  roster: Roster,
  me: PeerId,
  dispatch: (agent: PeerId) => Milliseconds | undefined,
): readonly AgentView[] {
  const agents: AgentView[] = [];
  for (const [peer, { here, presence }] of roster) {
    if (!here || presence.agent === undefined) continue;
    const { isolation, allow, ...facts } = presence.agent;
    const measured = dispatch(peer);
    agents.push({
      ...{ peer, name: cleanName(presence.name), ...facts, isolationLevel: isolation },
      ...(allow !== undefined && !allow.includes(me) && { refuses: true as const }),
      ...(measured !== undefined && { dispatch: measured }),
    });
  }
  return agents.sort((one, other) => one.name.localeCompare(other.name) || one.peer.localeCompare(other.peer));
}
