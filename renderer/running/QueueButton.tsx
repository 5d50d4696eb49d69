import { Cpu } from "lucide-react";
import { Suspense, useMemo, useRef, type ReactElement } from "react";
import { useStore } from "zustand";
import { useServices } from "../app/Services.tsx";
import { keysOf } from "../commands/keys/keymap.ts";
import { useNotebook } from "../notebook/services/NotebookContext.tsx";
import { beginning, calm } from "../state/calm.ts";
import { closePanel, openPanel } from "../state/panels.ts";
import { useReadable } from "../state/useReadable.ts";
import { IconButton } from "../ui/IconButton.tsx";
import { PopoverLazy } from "../ui/menu/PopoverLazy.tsx";
import { lazyPart } from "../ui/parts/lazyPart.ts";

const QueuePanel = lazyPart(async () => (await import("./QueuePanel.tsx")).QueuePanel);

/** What runs and waits, and how: behind a button of the header. */
export function QueueButton(): ReactElement {
  const { session } = useNotebook();
  const { panels } = useServices();
  const trigger = useRef<HTMLButtonElement>(null);
  const open = useStore(panels, (state) => state.open === "queue");
  const busy = useReadable(useMemo(() => calm(session.busy, beginning), [session]));
  return (
    <>
      <IconButton
        ref={trigger}
        icon={Cpu}
        className={busy > 0 ? "queue-button queue-button--busy" : "queue-button"}
        label="What runs"
        keys={keysOf("run.queue")}
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => (open ? closePanel(panels) : openPanel(panels, "queue"))}
      />
      {open && (
        <PopoverLazy trigger={trigger} label="What runs" onClose={() => closePanel(panels)}>
          <Suspense fallback={<div className="queue-waits" />}>
            <QueuePanel />
          </Suspense>
        </PopoverLazy>
      )}
    </>
  );
}
