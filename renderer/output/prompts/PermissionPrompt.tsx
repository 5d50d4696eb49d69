import type { ReactElement } from "react";
import type { CellId } from "#shared/base/ids.ts";
import { ALLOWED, type KernelWait } from "#shared/ports/Kernel.ts";
import { Button } from "../../ui/Button.tsx";
import { useNotebook } from "../../notebook/services/NotebookContext.tsx";

export interface PermissionPromptProps {
  readonly cellId: CellId;
  readonly question: Extract<KernelWait, { on: "permission" }>;
}

/** Where the user lets a cell load code from a server, or does not. */
export function PermissionPrompt({ cellId, question }: PermissionPromptProps): ReactElement {
  const { session } = useNotebook();
  const { host } = new URL(question.origin);
  return (
    <div className="permission-prompt" role="group" aria-label={`Load code from ${host}?`}>
      <p className="permission-prompt__text">
        This cell wants to load code from <strong>{host}</strong>. That server learns this computer’s address and what
        is loaded; the code runs as the cell does, without a network and without your files. What you allow, this
        computer remembers.
      </p>
      <div className="permission-prompt__answers">
        <Button variant="primary" small onClick={() => session.answer(cellId, ALLOWED)}>
          Allow {host}
        </Button>
        <Button variant="secondary" small onClick={() => session.answer(cellId, "")}>
          Not now
        </Button>
      </div>
    </div>
  );
}
