import { Download, Stethoscope } from "lucide-react";
import type { ReactElement } from "react";
import type { SyncView } from "#shared/session/views.ts";
import { useCommand } from "../../commands/useCommands.ts";
import { useReadable } from "../../state/useReadable.ts";
import { StorageLine } from "../../settings/storage/StorageLine.tsx";
import { Button } from "../../ui/Button.tsx";
import { useNotebook } from "../services/NotebookContext.tsx";
import { SecureLine } from "./SecureLine.tsx";
import { sourceInWords, sourceName } from "./statusWords.ts";

const seenDot = ({ by, of }: SyncView["seen"]): string =>
  of === 0 ? "offline" : by === of ? "connected" : "connecting";

/** Other windows, if there are any; everything else always. */
const isOfInterest = ({ kind, status }: SyncView["sources"][number]): boolean =>
  kind !== "tabs" || status.state !== "connected" || status.peers !== 0;

/** Every place this notebook is kept in or travels through, and what each says of itself. */
export function StatusDetails(): ReactElement {
  const { session } = useNotebook();
  const { sources, seen } = useReadable(session.sync);
  const run = useCommand();
  const failed = sources.some(({ status }) => status.state === "failed");
  return (
    <div className="status-details">
      <h2>Where this notebook is kept</h2>
      <dl>
        {sources.filter(isOfInterest).map(({ kind, status }) => (
          <div key={kind}>
            <dt>
              <span className={`dot dot--${status.state}`} aria-hidden />
              {sourceName(kind)}
            </dt>
            <dd>{sourceInWords(kind, status)}</dd>
          </div>
        ))}
        <div>
          <dt>
            <span className={`dot dot--${seenDot(seen)}`} aria-hidden />
            People here now
          </dt>
          <dd>{seen.of === 0 ? "Nobody else" : `${seen.by} of ${seen.of} show exactly what you see`}</dd>
        </div>
      </dl>
      <StorageLine />
      <SecureLine />
      <div className="actions">
        {failed && (
          <Button variant="secondary" icon={Download} onClick={() => run("notebook.exportIpynb")}>
            Download a copy
          </Button>
        )}
        <Button small icon={Stethoscope} onClick={() => run("app.doctor")}>
          Check the connection
        </Button>
      </div>
    </div>
  );
}
