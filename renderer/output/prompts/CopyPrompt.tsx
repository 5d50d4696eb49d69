import type { ReactElement } from "react";
import type { CellId } from "#shared/base/ids.ts";
import { formatBytes } from "#shared/base/units.ts";
import { LANGUAGE_TITLES } from "#shared/contracts/kernel/copyQuestion.ts";
import { ALLOWED, type KernelWait } from "#shared/ports/Kernel.ts";
import { useNotebook } from "../../notebook/services/NotebookContext.tsx";
import { Button } from "../../ui/Button.tsx";

export interface CopyPromptProps {
  readonly cellId: CellId;
  readonly question: Extract<KernelWait, { on: "copy" }>;
}

/** Where the user lets a large value be copied to another language, or does not. */
export function CopyPrompt({ cellId, question }: CopyPromptProps): ReactElement {
  const { session } = useNotebook();
  const { name, size, to } = question;
  const words = `Copy ${formatBytes(size)} of ${name} to ${LANGUAGE_TITLES[to]}?`;
  return (
    <div className="permission-prompt" role="group" aria-label={words}>
      <p className="permission-prompt__text">
        Copy {formatBytes(size)} of <code>{name}</code> to {LANGUAGE_TITLES[to]}? It takes this much memory once more,
        and some time. You are asked once for each variable until you leave this page.
      </p>
      <div className="permission-prompt__answers">
        <Button variant="primary" small onClick={() => session.answer(cellId, ALLOWED)}>
          Copy
        </Button>
        <Button variant="secondary" small onClick={() => session.answer(cellId, "")}>
          Cancel
        </Button>
      </div>
    </div>
  );
}
