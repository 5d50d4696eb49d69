import { Network, Server } from "lucide-react";
import type { PeerId } from "#shared/base/ids.ts";
import { hasLabels, labelsInWords, type AgentLabels } from "#shared/ports/agentLabels.ts";
import type { AgentView } from "#shared/session/views.ts";
import type { MenuEntry } from "../ui/menu/menuEntry.ts";
import { kernelLanguage, languageName } from "./runnable.ts";

export interface Movable {
  readonly from: PeerId | undefined;
  /** What its computer must say of itself. */
  readonly labels: AgentLabels;
  /** Of its cell. */
  readonly language: string;
}

/** Computers to which a run can be moved; others with the reason. What it did where it is does not count: it starts again. */
export function moveEntries(
  agents: readonly AgentView[],
  { from, labels, language }: Movable,
  move: (to: PeerId | undefined) => void,
): readonly MenuEntry[] {
  const others = agents.filter(({ peer, draining, refuses }) => peer !== from && draining !== true && refuses !== true);
  const any = { id: "move-any", label: "Any computer", icon: Network, run: () => move(undefined) };
  return [
    any,
    ...(others.length === 0 ? [] : (["line"] as const)),
    ...others.map((agent): MenuEntry => {
      const { peer, name, freeSlots, slots } = agent;
      const lack = lackInWords(agent, labels, language);
      return {
        id: `move-${peer}`,
        label: name,
        icon: Server,
        detail: lack ?? `${freeSlots} of ${slots} places free · starts again there`,
        disabled: lack !== undefined,
        run: () => move(peer),
      };
    }),
  ];
}

function lackInWords(agent: AgentView, labels: AgentLabels, language: string): string | undefined {
  if (!agent.languages.includes(kernelLanguage(language))) return `Does not run ${languageName(language)}`;
  return hasLabels(agent, labels) ? undefined : `Has no ${labelsInWords(labels)}`;
}
