import { Ellipsis, LogOut, Server, Stethoscope } from "lucide-react";
import type { ReactElement } from "react";
import type { AgentView, ClassView } from "#shared/session/views.ts";
import { placesInWords } from "../../running/computerWords.ts";
import { useServices } from "../../app/Services.tsx";
import { Invitation } from "../../rooms/Invitation.tsx";
import { BROKER_AWAY } from "../../running/computerWords.ts";
import { openPanel } from "../../state/panels.ts";
import { MenuButton } from "../../ui/menu/MenuButton.tsx";

const STATE_WORDS = {
  connected: "Connected to the class host",
  offline: "Class host not reachable. You can go on working; it catches up later.",
  failed:
    "Another class is at this address now, or your invitation was copied wrongly. What you have stays here; ask for the present invitation.",
} as const;

function stateOf({ connected, isOther }: ClassView): keyof typeof STATE_WORDS {
  if (!connected) return "offline";
  return isOther === true ? "failed" : "connected";
}

function withoutComputers({ looking, brokerAway }: ClassView): string {
  if (brokerAway === true) return BROKER_AWAY;
  return looking === true ? "Looking for computers…" : "None is here now. Cells run on your own computer.";
}

/** The class this computer is in: its invitation, and the agents that can run cells for it. */
export function ClassPanel({ classroom }: { readonly classroom: ClassView }): ReactElement {
  const { meshbook, panels } = useServices();
  const { name, agents } = classroom;
  // An invitation that is not to this class is not to be passed on.
  const state = stateOf(classroom);
  const link = meshbook.classLink();
  return (
    <section className="class-panel" aria-label="Class">
      <div className="class-panel__head">
        <div>
          <h2>{name}</h2>
          <p className="class-panel__state">
            <span className={`dot dot--${state}`} aria-hidden />
            {STATE_WORDS[state]}
          </p>
        </div>
        <MenuButton
          icon={Ellipsis}
          label="More for this class"
          entries={() => [
            { id: "doctor", label: "Check the connection", icon: Stethoscope, run: () => openPanel(panels, "doctor") },
            { id: "leave", label: "Leave the class", icon: LogOut, danger: true, run: () => meshbook.leaveClass() },
          ]}
        />
      </div>
      {state !== "failed" && (
        <div className="class-panel__body">
          <Invitation label="Invitation to the class" link={link ?? ""} to="the class" />
          <div className="agents">
            <h3>Computers that run cells</h3>
            {agents.length === 0 ? (
              <p>{withoutComputers(classroom)}</p>
            ) : (
              <ul>
                {agents.map((agent) => (
                  <Agent key={agent.peer} agent={agent} />
                ))}
              </ul>
            )}
          </div>
        </div>
      )}
    </section>
  );
}

function Agent({ agent }: { readonly agent: AgentView }): ReactElement {
  return (
    <li>
      <Server size={14} aria-hidden />
      <span>{agent.name}</span>
      <small>{placesInWords(agent)}</small>
    </li>
  );
}
