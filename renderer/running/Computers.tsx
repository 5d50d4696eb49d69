import { Plus } from "lucide-react";
import { useMemo, useState, type ReactElement } from "react";
import type { AgentView } from "#shared/session/views.ts";
import { CopyField } from "../ui/CopyField.tsx";
import { useServices } from "../app/Services.tsx";
import { LendThis } from "../lending/LendThis.tsx";
import { unhurried } from "../state/unhurried.ts";
import { useReadable } from "../state/useReadable.ts";
import { IconButton } from "../ui/IconButton.tsx";
import { BROKER_AWAY, computerInWords, speedInWords, sumInWords, versionsInWords } from "./computerWords.ts";

/** The computers of the class that run cells: how busy each is, what it runs, how fast, and how one adds another. */
export function Computers(): ReactElement | undefined {
  const { meshbook } = useServices();
  const classroom = useReadable(useMemo(() => unhurried(meshbook.classroom), [meshbook]));
  const [adding, setAdding] = useState(false);
  if (classroom === undefined) return undefined;
  const { agents, looking, brokerAway } = classroom;
  const none = agents.length === 0 && looking === undefined && brokerAway === undefined;
  return (
    <section className="queue__part" aria-label="Computers of the class">
      <header className="queue__head">
        <h3>Computers of the class</h3>
        {agents.length > 0 && (
          <span className="queue__sum">
            <small>{sumInWords(agents)}</small>
            <IconButton
              small
              icon={Plus}
              label="Add a computer"
              aria-expanded={adding}
              onClick={() => setAdding(!adding)}
            />
          </span>
        )}
      </header>
      {looking === true && <p className="queue__none">Looking for computers…</p>}
      {brokerAway === true && <p className="queue__none">{BROKER_AWAY}</p>}
      {none && <p className="queue__none">None is here that runs cells. Any computer can become one.</p>}
      {(none || adding) && <AddComputer link={meshbook.classLink() ?? ""} />}
      {meshbook.lending !== undefined && <LendThis lender={meshbook.lending} />}
      <ul className="kernels">
        {agents.map((agent) => (
          <Computer key={agent.peer} agent={agent} />
        ))}
      </ul>
    </section>
  );
}

function Computer({ agent }: { readonly agent: AgentView }): ReactElement {
  const [speed, versions] = [speedInWords(agent), versionsInWords(agent)];
  return (
    <li>
      <span className={`dot dot--${agent.freeSlots === 0 ? "connecting" : "connected"}`} aria-hidden />
      <span className="kernels__name">
        {agent.name === "" ? "A computer without a name" : agent.name}
        <small>{computerInWords(agent)}</small>
        {speed !== "" && <small>{speed}</small>}
        {versions !== "" && <small>{versions}</small>}
      </span>
      <Slots agent={agent} />
    </li>
  );
}

/** What to type on the computer that is to run cells, too. */
function AddComputer({ link }: { readonly link: string }): ReactElement {
  return (
    <div className="queue__add">
      <CopyField
        label="On that computer, in a folder with Meshbook:"
        value={link === "" ? "" : `node workers/cli/meshbook.mjs agent --join '${link}'`}
      />
    </div>
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
