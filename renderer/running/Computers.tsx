import type { ReactElement } from "react";
import type { AgentView } from "#shared/session/views.ts";
import { useServices } from "../app/Services.tsx";
import { kernelLanguage, languageName } from "../jobs/runnable.ts";
import { useReadable } from "../state/useReadable.ts";

/** The computers of the class that run cells: how busy each is, what it runs, and how well cells are shut in there. */
export function Computers(): ReactElement | undefined {
  const { meshbook } = useServices();
  const classroom = useReadable(meshbook.classroom);
  if (classroom === undefined) return undefined;
  const { agents } = classroom;
  return (
    <section className="queue__part" aria-label="Computers of the class">
      <header className="queue__head">
        <h3>Computers of the class</h3>
        {agents.length > 0 && <small>{sumInWords(agents)}</small>}
      </header>
      {agents.length === 0 && <p className="queue__none">None is here that runs cells.</p>}
      <ul className="kernels">
        {agents.map((agent) => (
          <li key={agent.peer}>
            <span className={`dot dot--${agent.freeSlots === 0 ? "connecting" : "connected"}`} aria-hidden />
            <span className="kernels__name">
              {agent.name === "" ? "A computer without a name" : agent.name} <small>{computerInWords(agent)}</small>
            </span>
            <Slots agent={agent} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Places as boxes, the taken ones filled: how busy it is, at a glance. Many are a number. */
function Slots({ agent: { slots, freeSlots } }: { readonly agent: AgentView }): ReactElement {
  const taken = Math.max(0, slots - freeSlots);
  const words = `${taken} of ${slots} places taken`;
  if (slots > BOXES) return <small className="slots__count">{words}</small>;
  return (
    <span className="slots" role="img" aria-label={words} data-tip={words}>
      {Array.from({ length: slots }, (_, index) => (
        <span key={index} className={index < taken ? "slots__one slots__one--taken" : "slots__one"} />
      ))}
    </span>
  );
}

/** Places that are drawn one by one. */
const BOXES = 8;
const ISOLATION = {
  3: "locked by the system",
  2: "locked process",
  1: "not locked",
} as const;

export function computerInWords({ languages, isolationLevel, draining, refuses, labels }: AgentView): string {
  if (draining === true) return "is about to leave, takes no more cells";
  if (refuses === true) return "takes no cells of this computer";
  const names = languages.map((language) => languageName(kernelLanguage(language)));
  const known = Object.entries(labels ?? {}).map(([key, value]) => (value === "" ? key : `${key}=${value}`));
  return [names.join(", "), ISOLATION[isolationLevel], ...known].filter((words) => words !== "").join(" · ");
}

function sumInWords(agents: readonly AgentView[]): string {
  const sum = (count: (agent: AgentView) => number): number => agents.reduce((all, agent) => all + count(agent), 0);
  return `${sum(({ freeSlots }) => freeSlots)} of ${sum(({ slots }) => slots)} places free`;
}
