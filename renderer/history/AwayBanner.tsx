import { History } from "lucide-react";
import type { ReactElement } from "react";
import { Value, type Readable } from "#shared/base/value.ts";
import type { Away } from "#shared/session/history/timeline.ts";
import { useServices } from "../app/Services.tsx";
import { useNotebook } from "../notebook/services/NotebookContext.tsx";
import { openPanel } from "../state/panels.ts";
import { useReadable } from "../state/useReadable.ts";
import { Button } from "../ui/Button.tsx";
import { useNamedPeople } from "./useNamedPeople.ts";
import { awayWords, momentWords, namesOf } from "./historyWords.ts";
import { useNow } from "../state/useNow.ts";

const NOTHING: Readable<Away | undefined> = new Value<Away | undefined>(undefined);

/** What others did while this device did not have the notebook open. Quiet: it goes when told to, and with the page. */
export function AwayBanner(): ReactElement | undefined {
  const timeline = useReadable(useNotebook().session.timeline);
  const away = useReadable(timeline?.away ?? NOTHING);
  const people = useNamedPeople(away?.people);
  const { meshbook, panels } = useServices();
  const now = useNow(false);
  if (away === undefined || timeline === undefined) return undefined;
  const clients = away.changes.flatMap((change) => change.clients);
  const names = namesOf(clients, people, meshbook.peer).filter((name) => name !== "you");
  const since = away.since === undefined ? undefined : momentWords(away.since, now);
  return (
    <div className="notice" role="status">
      <History size={16} aria-hidden />
      <p>{awayWords(away.changes.length, names, since)}</p>
      <Button small variant="secondary" onClick={() => openPanel(panels, "away")}>
        Show
      </Button>
      <Button small onClick={() => timeline.dismissAway()}>
        Dismiss
      </Button>
    </div>
  );
}
