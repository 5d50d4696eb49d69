// Loaded when the queue is first shown.

import { RotateCcw, Square } from "lucide-react";
import type { ReactElement } from "react";
import type { KernelView } from "#shared/session/control/ExecutionControl.ts";
import { mayEdit } from "#shared/rooms/access/role.ts";
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

/** Those that were started; one that was not has nothing to restart. */
function Kernels(): ReactElement {
  const { session } = useNotebook();
  const run = useCommand();
  const kernels = useReadable(session.control.kernels);
  const started = kernels.filter(({ state }) => state !== "off");
  return (
    <section className="queue__part" aria-label="Kernels of this computer">
      <header className="queue__head">
        <h3>Kernels of this computer</h3>
        {started.length > 1 && (
          <Button small icon={RotateCcw} onClick={() => run("run.restart")}>
            Restart all
          </Button>
        )}
      </header>
      {started.length === 0 && <p className="queue__none">None has been started. One starts with the first cell.</p>}
      <ul className="kernels">
        {started.map((kernel) => (
          <li key={kernel.index}>
            <span className={`dot dot--${kernel.state === "busy" ? "connecting" : "connected"}`} aria-hidden />
            <span className="kernels__name">
              Kernel {kernel.index + 1} <small>{kernelInWords(kernel)}</small>
            </span>
            <IconButton
              small
              icon={RotateCcw}
              label={`Restart kernel ${kernel.index + 1}`}
              onClick={() => session.control.restart(kernel.index)}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}

function kernelInWords({ state, cells }: KernelView): string {
  const holds = cells === 0 ? "no values" : `values of ${cells} ${cells === 1 ? "cell" : "cells"}`;
  return `${state === "busy" ? "running" : "idle"} · ${holds}`;
}
