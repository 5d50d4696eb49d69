import type { ReactElement } from "react";
import type { Timeline } from "#shared/session/history/timeline.ts";
import { useServices } from "../app/Services.tsx";
import { closePanel, openPanel } from "../state/panels.ts";
import { useReadable } from "../state/useReadable.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { ChangeList } from "./ChangeList.tsx";
import { useNamedPeople } from "./useNamedPeople.ts";

/** What others did meanwhile, cell by cell. */
export function AwayDialog({ timeline }: { readonly timeline: Timeline }): ReactElement {
  const away = useReadable(timeline.away);
  const people = useNamedPeople(away?.people);
  const { panels } = useServices();
  return (
    <Dialog title="What changed while you were away" className="dialog--wide" onClose={() => closePanel(panels)}>
      <div className="dialog__body">
        {away === undefined ? (
          <p>Nothing changed.</p>
        ) : (
          <ChangeList changes={away.changes} people={people} restore={undefined} />
        )}
        <div className="actions">
          <Button variant="secondary" onClick={() => openPanel(panels, "history")}>
            Open the history to restore something
          </Button>
          <Button
            onClick={() => {
              timeline.dismissAway();
              closePanel(panels);
            }}
          >
            Dismiss
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
