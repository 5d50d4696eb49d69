import { Network, Server } from "lucide-react";
import type { PeerId } from "#shared/base/ids.ts";
import type { AgentView } from "#shared/session/views.ts";
import type { MenuEntry } from "../ui/menu/menuEntry.ts";

/** Computers to which a run can be moved from `from`. What it did there does not count: it starts again. */
export function moveEntries(
  agents: readonly AgentView[],
  from: PeerId | undefined,
  move: (to: PeerId | undefined) => void,
): readonly MenuEntry[] {
  const others = agents.filter(({ peer, draining, refuses }) => peer !== from && draining !== true && refuses !== true);
  const any = { id: "move-any", label: "Any computer", icon: Network, run: () => move(undefined) };
  return [
    any,
    ...(others.length === 0 ? [] : (["line"] as const)),
    ...others.map(({ peer, name, freeSlots, slots }) => ({
      id: `move-${peer}`,
      label: name,
      icon: Server,
      detail: `${freeSlots} of ${slots} places free · starts again there`,
      run: () => move(peer),
    })),
  ];
}
