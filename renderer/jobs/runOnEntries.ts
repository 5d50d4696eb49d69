import { Laptop, Network, Server, Users } from "lucide-react";
import type { CellId } from "#shared/base/ids.ts";
import { OFFER_LIMIT } from "#shared/jobs/jobMessage.ts";
import { isSourceTooLarge } from "#shared/jobs/jobOffer.ts";
import { readCell } from "#shared/notebook/cell.ts";
import { notebookRoots } from "#shared/notebook/schema.ts";
import { hasLabels, labelsInWords, type AgentLabels } from "#shared/ports/agentLabels.ts";
import type { AgentView, ClassView } from "#shared/session/views.ts";
import type { CommandContext } from "../commands/Command.ts";
import { execute } from "../commands/runCommands.ts";
import type { NotebookServices } from "../notebook/services/notebookServices.ts";
import type { MenuEntry } from "../ui/menu/menuEntry.ts";
import { kernelLanguage, languageName, runsHere } from "./runnable.ts";

/** Labels in the menu. */
const MOST_LABELS = 8;

/** Where a cell can run now: here, and on the agents of the class. What cannot take it is listed with the reason. */
export function runOnEntries(
  { app, notebook }: CommandContext & { readonly notebook: NotebookServices },
  cell: CellId,
): readonly MenuEntry[] {
  const { language = "", source = "" } = readCell(notebookRoots(notebook.session.doc).cells, cell) ?? {};
  const classroom = app.meshbook.classroom.get();
  const agents = classroom?.agents ?? [];
  const here: MenuEntry = {
    id: "run-here",
    label: "This computer",
    icon: Laptop,
    ...(!runsHere(language) && { disabled: true, detail: `${languageName(language)} cannot run here yet` }),
    run: () => execute(notebook, app, [cell], { at: "here" }),
  };
  const others = agents.map((agent): MenuEntry => ({
    id: `run-${agent.peer}`,
    label: agent.name,
    icon: Server,
    detail: agentInWords(agent, language),
    disabled: !takes(agent) || !agent.languages.includes(kernelLanguage(language)),
    run: () => execute(notebook, app, [cell], { at: "agent", agent: agent.peer }),
  }));
  const able = agents.filter((agent) => takes(agent) && agent.languages.includes(kernelLanguage(language)));
  const labelled = labelsOf(able).map((labels): MenuEntry => ({
    id: `run-any-${labelsInWords(labels)}`,
    label: `Any computer with ${labelsInWords(labels)}`,
    icon: Network,
    detail: anyInWords(able.filter((agent) => hasLabels(agent, labels))),
    run: () => execute(notebook, app, [cell], { at: "any", labels }),
  }));
  const any: MenuEntry = {
    id: "run-any",
    label: "Any computer",
    icon: Network,
    detail: able.length === 0 ? `None runs ${languageName(language)}: it would wait` : anyInWords(able),
    run: () => execute(notebook, app, [cell], { at: "any" }),
  };
  const everybody: MenuEntry = {
    id: "run-everybody",
    label: "Everybody",
    icon: Users,
    detail: everybodyInWords(able.length, language),
    disabled: able.length === 0,
    run: () => execute(notebook, app, [cell], { at: "everybody" }),
  };
  if (classroom === undefined) return [here, "line", noOther("Join a class to run on its computers")];
  if (isSourceTooLarge(source)) return [here, "line", noOther(TOO_LARGE)];
  if (others.length > 0) return [here, "line", any, ...labelled, everybody, ...others];
  return [here, "line", { ...any, detail: absentInWords(classroom) }];
}

const TOO_LARGE = `This cell is larger than the ${OFFER_LIMIT / 1024} KiB that can be sent`;

const noOther = (detail: string): MenuEntry => ({
  ...{ id: "run-none", label: "No other computer", detail },
  disabled: true,
  run: () => undefined,
});

/** What comes of asking a class of which no computer is here. */
function absentInWords({ connected, looking }: ClassView): string {
  if (looking === true) return "Looking for computers…";
  return connected ? "None is here now: it waits for one" : "No connection to the class: it waits for one";
}

/** Each label that an agent has, once, as something that can be asked for. A menu shows no more than it can hold. */
function labelsOf(agents: readonly AgentView[]): readonly AgentLabels[] {
  const all = agents.flatMap(({ labels = {} }) => Object.entries(labels));
  const byName = new Map(all.map(([key, value]): [string, AgentLabels] => [`${key}=${value}`, { [key]: value }]));
  const names = [...byName.keys()].sort((one, other) => one.localeCompare(other)).slice(0, MOST_LABELS);
  return names.map((name) => byName.get(name)).filter((labels) => labels !== undefined);
}

function everybodyInWords(able: number, language: string): string {
  if (able === 0) return `None runs ${languageName(language)}`;
  return able === 1 ? "Once on the computer that is here" : `Once on each of ${able} computers, results side by side`;
}

function anyInWords(agents: readonly AgentView[]): string {
  const free = agents.reduce((sum, { freeSlots }) => sum + freeSlots, 0);
  if (free === 0) return "All places busy: it would wait";
  return `${free} ${free === 1 ? "place" : "places"} free; starts again elsewhere if one is lost`;
}

/** What an agent can do for a cell of this language, in a few words. */
export function agentInWords(agent: AgentView, language: string): string {
  if (agent.refuses === true) return "Takes no cells of this device";
  if (!agent.languages.includes(kernelLanguage(language))) return `Does not run ${languageName(language)}`;
  if (agent.draining === true) return "Takes no more: it is about to leave";
  if (agent.freeSlots === 0) return `All ${agent.slots} places busy: it would wait`;
  const labels = agent.labels === undefined ? "" : labelsInWords(agent.labels);
  return `${agent.freeSlots} of ${agent.slots} places free${labels === "" ? "" : ` · ${labels}`}`;
}

const takes = ({ refuses, draining }: AgentView): boolean => refuses !== true && draining !== true;
