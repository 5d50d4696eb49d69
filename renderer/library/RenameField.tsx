import { useState, type KeyboardEvent, type ReactElement } from "react";
import { TITLE_LIMIT } from "#shared/notebook/readNotebook.ts";
import type { NotebookCard } from "#shared/session/views.ts";
import { useServices } from "../app/Services.tsx";

export interface RenameFieldProps {
  readonly card: NotebookCard;
  readonly onDone: () => void;
}

const takeFocus = (field: HTMLInputElement | null): void => field?.select();

/** The title of a notebook, being changed in its place. Enter or leaving keeps it, Escape does not. */
export function RenameField({ card, onDone }: RenameFieldProps): ReactElement {
  const { meshbook } = useServices();
  const [title, setTitle] = useState(card.title);
  const keep = (): void => {
    const next = title.trim();
    if (next !== "" && next !== card.title) void meshbook.renameNotebook(card.room, next);
    onDone();
  };
  const key = (event: KeyboardEvent): void => {
    if (event.key === "Enter") keep();
    if (event.key === "Escape") onDone();
  };
  return (
    <input
      ref={takeFocus}
      className="field notebook-row__field"
      aria-label={`New title for ${card.title}`}
      value={title}
      maxLength={TITLE_LIMIT}
      onChange={(event) => setTitle(event.target.value)}
      onBlur={keep}
      onKeyDown={key}
    />
  );
}
