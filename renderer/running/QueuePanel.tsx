// Loaded when the queue is first shown.

import { RotateCcw, Square } from "lucide-react";
import type { ReactElement } from "react";
import type { KernelView } from "#shared/session/control/ExecutionControl.ts";
import { mayEdit } from "#shared/rooms/access/role.ts";
import { useServices } from "../app/Services.tsx";
import { useCommand } from "../commands/useCommands.ts";
import { useNotebook } from "../notebook/services/NotebookContext.tsx";
import { useReadable } from "../state/useReadable.ts";
import { Button } from "../ui/Button.tsx";
import { IconButton } from "../ui/IconButton.tsx";
import { Computers } from "./Computers.tsx";
import { EndedList } from "./EndedList.tsx";
import { QueueList } from "./QueueList.tsx";
import { RunSettings } from "./RunSettings.tsx";
import "./running.css";

export function QueuePanel(): ReactElement {
  const { session } = useNotebook();
  const { role } = useReadable(session.access);
  const entries = useReadable(session.control.queue);
  const run = useCommand();
  return (
    <div className="queue">
      <header className="queue__head">
        <h2>What runs</h2>
        {entries.some(({ by }) => by === "") && (
          <Button small icon={Square} onClick={() => run("run.stopAll")}>
            Cancel all
          </Button>
        )}
      </header>
      <QueueList entries={entries} />
      <EndedList />
      <Kernels />
      <Computers />
      {mayEdit(role) && <RunSettings />}
    </div>
  );
}

/** Those that were started here, and those on other computers that hold values: one that was not has nothing to restart. */
function Kernels(): ReactElement {
  const { session } = useNotebook();
  const { control } = session;
  const run = useCommand();
  const started = useReadable(control.kernels).filter(({ state }) => state !== "off");
  const { meshbook } = useServices();
  const classroom = useReadable(meshbook.classroom);
  const present = new Set(classroom?.agents.map(({ peer }) => peer));
  const onAgents = useReadable(control.agentKernels).filter(({ agent }) => present.has(agent));
  return (
    <section className="queue__part" aria-label="Kernels of this notebook">
      <header className="queue__head">
        <h3>Kernels</h3>
        {started.length + onAgents.length > 1 && (
          <Button small icon={RotateCcw} onClick={() => run("run.restart")}>
            Restart all
          </Button>
        )}
      </header>
      {started.length + onAgents.length === 0 && (
        <p className="queue__none">None has been started. One starts with the first cell.</p>
      )}
      <ul className="kernels">
        {started.map((kernel) => (
          <Kernel
            key={kernel.index}
            name={`Kernel ${kernel.index + 1}`}
            kernel={kernel}
            onRestart={() => control.restart(kernel.index)}
          />
        ))}
        {onAgents.map((kernel) => (
          <Kernel
            key={kernel.agent}
            name={`On ${kernel.name === "" ? "a computer without a name" : kernel.name}`}
            kernel={kernel}
            onRestart={() => control.restart(kernel.agent)}
          />
        ))}
      </ul>
    </section>
  );
}

interface KernelProps {
  readonly name: string;
  readonly kernel: Pick<KernelView, "state" | "cells">;
  readonly onRestart: () => void;
}

function Kernel({ name, kernel, onRestart }: KernelProps): ReactElement {
  return (
    <li>
      <span className={`dot dot--${kernel.state === "busy" ? "connecting" : "connected"}`} aria-hidden />
      <span className="kernels__name">
        {name} <small>{kernelInWords(kernel)}</small>
      </span>
      <IconButton small icon={RotateCcw} label={`Restart: ${name}`} onClick={onRestart} />
    </li>
  );
}

function kernelInWords({ state, cells }: KernelProps["kernel"]): string {
  const holds = cells === 0 ? "no values" : `values of ${cells} ${cells === 1 ? "cell" : "cells"}`;
  return `${state === "busy" ? "running" : "idle"} · ${holds}`;
}
