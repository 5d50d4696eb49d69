import { CircleAlert, Lock } from "lucide-react";
import type { ReactElement } from "react";
import { useCommand } from "../commands/useCommands.ts";
import { useNotebook } from "../notebook/services/NotebookContext.tsx";
import { useReadable } from "../state/useReadable.ts";
import { Button } from "../ui/Button.tsx";
import { readOnlyInWords, WRONG_KEY } from "./roleWords.ts";

/** What is wrong with the link, why one cannot write into this notebook, or that what one wrote was not taken. */
export function RoleBanners(): ReactElement {
  const { session } = useNotebook();
  const access = useReadable(session.access);
  return (
    <>
      {access.wrongKey && (
        <div className="notice notice--bad" role="alert">
          <CircleAlert size={16} aria-hidden />
          <p>
            <strong>{WRONG_KEY.title}</strong> {WRONG_KEY.effect} {WRONG_KEY.cure}
          </p>
        </div>
      )}
      <RoleBanner />
    </>
  );
}

function RoleBanner(): ReactElement | undefined {
  const { session } = useNotebook();
  const access = useReadable(session.access);
  const run = useCommand();
  const readOnly = readOnlyInWords(access);
  if (access.refused !== undefined) {
    return (
      <div className="notice notice--bad" role="alert">
        <CircleAlert size={16} aria-hidden />
        <p>
          <strong>{access.refused}</strong> The class host did not take everything that this computer has. What you
          changed stays here; what others changed, they bring themselves.
        </p>
        <Button small variant="secondary" onClick={() => run("notebook.exportIpynb")}>
          Download a copy
        </Button>
      </div>
    );
  }
  if (readOnly === undefined) return undefined;
  return (
    <div className="notice">
      <Lock size={16} aria-hidden />
      <p>{readOnly}</p>
      {access.role === "none" ? (
        <Button small variant="secondary" onClick={() => run("notebook.exportIpynb")}>
          Download a copy
        </Button>
      ) : (
        <Button small variant="secondary" onClick={() => run("notebook.members")}>
          Who may do what
        </Button>
      )}
    </div>
  );
}
