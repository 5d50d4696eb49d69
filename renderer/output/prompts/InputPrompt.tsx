import { useId, type ReactElement, type SubmitEvent } from "react";
import type { CellId } from "#shared/base/ids.ts";
import type { KernelWait } from "#shared/ports/Kernel.ts";
import { Button } from "../../ui/Button.tsx";
import { useNotebook } from "../../notebook/services/NotebookContext.tsx";

export interface InputPromptProps {
  readonly cellId: CellId;
  readonly question: Extract<KernelWait, { on: "input" }>;
}

/** Where the user answers a cell that asks for a line of text. What was answered is printed by the cell itself. */
export function InputPrompt({ cellId, question }: InputPromptProps): ReactElement {
  const { session } = useNotebook();
  const id = useId();
  const answer = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const text = new FormData(event.currentTarget).get("answer");
    session.answer(cellId, typeof text === "string" ? text : "");
  };
  const { prompt, secret } = question;
  return (
    // Keys typed here are text, and no commands of the notebook.
    <form className="input-prompt" onSubmit={answer}>
      <label htmlFor={id} className="input-prompt__label">
        {prompt === "" ? <span className="input-prompt__asked">The cell asks for input</span> : prompt}
      </label>
      <input
        ref={takeFocus}
        name="answer"
        id={id}
        className="field input-prompt__field"
        type={secret ? "password" : "text"}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
      />
      <Button type="submit" variant="secondary" small>
        Answer
      </Button>
    </form>
  );
}

/**
 * Who runs a cell that asks wants to answer it, and afterwards to be where they were. Who writes elsewhere meanwhile is
 * not torn away.
 */
function takeFocus(field: HTMLInputElement): () => void {
  const before = document.activeElement;
  const elsewhere = before instanceof HTMLInputElement || (before?.closest(".cm-editor") ?? null) !== null;
  const own = field.closest("[data-cell]")?.contains(before) === true;
  if (elsewhere && !own) return () => undefined;
  field.focus();
  return () => {
    if (document.activeElement === field && before instanceof HTMLElement) before.focus({ preventScroll: true });
  };
}
