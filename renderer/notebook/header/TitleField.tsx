import { useState, type KeyboardEvent, type ReactElement } from "react";
import type * as Y from "yjs";
import { readTitle, TITLE_LIMIT, UNTITLED } from "#shared/notebook/readNotebook.ts";
import { documentState, notebookRoots } from "#shared/notebook/schema.ts";
import { useServices } from "../../app/Services.tsx";
import { isEditable } from "../../commands/Command.ts";
import { useReadable } from "../../state/useReadable.ts";
import { useYValue } from "../../state/useYValue.ts";
import { useNotebook } from "../services/NotebookContext.tsx";

/** Undefined until the notebook has arrived: what is not known must not be changed. */
function titleOf(meta: Y.Map<unknown>): string | undefined {
  return meta.doc === null || documentState(meta.doc) === "absent" ? undefined : readTitle(meta.doc);
}

/** The title of the notebook, and the field to change it. While one writes, the title of others waits. */
export function TitleField(): ReactElement {
  const notebook = useNotebook();
  const { session } = notebook;
  const { meshbook } = useServices();
  const written = useYValue(notebookRoots(session.doc).meta, titleOf);
  const card = useReadable(meshbook.library).notebooks.find((notebook) => notebook.room === session.room);
  const title = written ?? card?.title ?? UNTITLED;
  const [draft, setDraft] = useState<string>();
  const keep = (): void => {
    const next = draft?.trim() ?? "";
    if (next !== "" && next !== title) void meshbook.renameNotebook(session.room, next);
    setDraft(undefined);
  };
  const key = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.key === "Escape") setDraft(undefined);
    if (event.key !== "Enter") return;
    keep();
    event.currentTarget.blur();
  };
  const shown = draft ?? title;
  return (
    <>
      <title>{`${title} – Meshbook`}</title>
      <h1 className="visually-hidden">{title}</h1>
      <span className="title">
        <span className="title__size" aria-hidden>
          {shown}
        </span>
        <input
          className="title__field"
          aria-label="Title"
          value={shown}
          maxLength={TITLE_LIMIT}
          readOnly={!isEditable(notebook)}
          spellCheck={false}
          onChange={(event) => setDraft(event.target.value)}
          onBlur={keep}
          onKeyDown={key}
        />
      </span>
    </>
  );
}
