import { createContext, useContext } from "react";
import { useStore } from "zustand";
import type { NotebookUiState } from "../../state/notebookUi.ts";
import type { NotebookServices } from "./notebookServices.ts";

export const NotebookContext = createContext<NotebookServices | undefined>(undefined);

export function useNotebook(): NotebookServices {
  const notebook = useContext(NotebookContext);
  if (notebook === undefined) throw new Error("useNotebook outside <NotebookContext>");
  return notebook;
}

/** A part of where the user is in this notebook. */
export function useNotebookUi<T>(select: (state: NotebookUiState) => T): T {
  return useStore(useNotebook().ui, select);
}
