import type { AgentView } from "#shared/session/views.ts";
import { durationInWords } from "../cell/run/runWords.ts";
import { kernelLanguage, languageName } from "../jobs/runnable.ts";

const ISOLATION = {
  3: "locked by the system",
  2: "locked process",
  1: "not locked",
} as const;
const SECONDS_OF_MINUTE = 60;
/** Where the class host answers, and its broker does not. */
export const BROKER_AWAY =
  "This page cannot connect to the class's broker, so cells run on this computer alone. It is tried again; whoever runs the class host can look with “meshbook doctor”.";

/** What a computer of the class can do, or why it does nothing for us. */
export function computerInWords({ languages, isolationLevel, draining, refuses, labels }: AgentView): string {
  if (draining === true) return "is about to leave, takes no more cells";
  if (refuses === true) return "takes no cells of this computer";
  const names = languages.map((language) => languageName(kernelLanguage(language)));
  const known = Object.entries(labels ?? {}).map(([key, value]) => (value === "" ? key : `${key}=${value}`));
  return [names.join(", "), ISOLATION[isolationLevel], ...known].filter((words) => words !== "").join(" · ");
}

/** How much it did in the last minute and how soon it answers; empty for one of which neither is known. */
export function speedInWords({ recent, dispatch }: AgentView): string {
  const words = [
    recent === undefined ? "" : jobsPerSecond(recent),
    dispatch === undefined ? "" : `answers in ${durationInWords(dispatch)}`,
  ];
  return words.filter((one) => one !== "").join(" · ");
}

/** The programs that a computer runs, by name. */
export function versionsInWords({ versions }: AgentView): string {
  return Object.entries(versions ?? {})
    .map(([name, version]) => `${name} ${version}`)
    .join(" · ");
}

/** The places of one computer, where there is room for few words. */
export function placesInWords({ draining, refuses, freeSlots, slots }: AgentView): string {
  if (draining === true) return "takes no more";
  return refuses === true ? "takes none of yours" : `${freeSlots} of ${slots} free`;
}

/** The places that are for us, and what all do. */
export function sumInWords(agents: readonly AgentView[]): string {
  const ours = agents.filter(({ refuses, draining }) => refuses !== true && draining !== true);
  const free = ours.reduce((all, { freeSlots }) => all + freeSlots, 0);
  const slots = ours.reduce((all, agent) => all + agent.slots, 0);
  const places = slots === 0 ? "no places" : `${free} of ${slots} places free`;
  const recent = agents.reduce((all, agent) => all + (agent.recent ?? 0), 0);
  return recent === 0 ? places : `${places} · ${jobsPerSecond(recent)}`;
}

/** Of jobs in a minute. Few are told exactly: 0.02 looks like nothing, and is one. */
export function jobsPerSecond(inMinute: number): string {
  const rate = inMinute / SECONDS_OF_MINUTE;
  return `${rate === 0 ? "0" : rate < 1 ? rate.toFixed(2) : rate < 100 ? rate.toFixed(1) : Math.round(rate)} jobs/s`;
}
