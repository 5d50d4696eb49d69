import type { ReactElement } from "react";
import type { CellId } from "#shared/base/ids.ts";
import { readLanguage } from "#shared/notebook/readNotebook.ts";
import { notebookRoots } from "#shared/notebook/schema.ts";
import { isEditable } from "../../commands/Command.ts";
import { languageName, runsHere } from "../../jobs/runnable.ts";
import { useNotebook } from "../../notebook/services/NotebookContext.tsx";
import { activate, refocus } from "../../state/notebookUi.ts";
import { useYValue } from "../../state/useYValue.ts";
import { useMenu } from "../../ui/menu/useMenu.tsx";
import { languageEntries } from "../cellMenu.ts";

export interface LanguageNameProps {
  readonly cellId: CellId;
  readonly language: string;
}

/** The language of a cell, and where it is chosen by who may edit. It always stands there where it is not the notebook's. */
export function LanguageName({ cellId, language }: LanguageNameProps): ReactElement {
  const notebook = useNotebook();
  const usual = useYValue(notebookRoots(notebook.session.doc).meta, readLanguage);
  const { button, menu } = useMenu({
    label: "Language of this cell",
    entries: () => {
      activate(notebook.ui, cellId);
      return languageEntries(notebook, cellId);
    },
    // The cell is run next, with the keyboard; it is not the button that one goes on with.
    onClosed: () => refocus(notebook.ui),
  });
  const name = `${languageName(language)}${runsHere(language) ? "" : " · cannot run here yet"}`;
  const isOther = languageName(language) !== languageName(usual);
  const className = `caption__language ${isOther || !runsHere(language) ? "caption__language--shown" : ""}`;
  if (!isEditable(notebook)) return <span className={className}>{name}</span>;
  return (
    <>
      <button type="button" className={`caption__choice ${className}`} data-tip="Language of this cell" {...button}>
        {name}
      </button>
      {menu}
    </>
  );
}
