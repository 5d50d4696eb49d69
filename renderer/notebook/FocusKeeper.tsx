import { useLayoutEffect, useRef } from "react";
import { useReadable } from "../state/useReadable.ts";
import { useNotebook, useNotebookUi } from "./services/NotebookContext.tsx";
import type { NotebookServices } from "./services/notebookServices.ts";

/**
 * Brings the keyboard to the active cell when a command asked for it, and back when a moved cell lost it. In layout effects, because the
 * next key may already wait: after Escape, `a` must not be written into the text.
 */
export function FocusKeeper(): undefined {
  const notebook = useNotebook();
  const request = useNotebookUi((state) => state.focusRequest);
  const cells = useReadable(notebook.shown);
  const handled = useRef(0);

  useLayoutEffect(() => {
    if (request === handled.current) return;
    handled.current = request;
    focusActive(notebook, true);
  }, [notebook, request]);

  // Before the browser can deliver a key: a cell that others moved has lost the keyboard, and keys typed into its text
  // must not be heard as commands.
  useLayoutEffect(() => {
    if (document.activeElement === document.body && notebook.ui.getState().mode === "edit")
      focusActive(notebook, false);
  }, [notebook, cells]);

  return undefined;
}

function focusActive({ ui, editors }: NotebookServices, scroll: boolean): void {
  const { active, mode } = ui.getState();
  if (active === undefined) return;
  const row = document.querySelector<HTMLElement>(`[data-cell="${CSS.escape(active)}"]`);
  if (mode === "edit") editors.focus(active);
  else row?.focus({ preventScroll: true });
  if (scroll) row?.scrollIntoView({ block: "nearest" });
}
