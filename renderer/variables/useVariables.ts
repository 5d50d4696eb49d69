import { useEffect, useState } from "react";
import { FlowReader } from "#shared/dataflow/FlowReader.ts";
import { readNotebook } from "#shared/notebook/readNotebook.ts";
import { notebookRoots } from "#shared/notebook/schema.ts";
import type { NotebookSession } from "#shared/session/NotebookSession.ts";
import { useNotebook } from "../notebook/services/NotebookContext.tsx";
import { listVariables, pathsOf, type Variable } from "./listVariables.ts";

/** Milliseconds between a change and a new look: runs change much at once. */
const PAUSE = 150;

/** The variables with their values, looked at again after every run and edit. Undefined until the cells were read. */
export function useVariables(): readonly Variable[] | undefined {
  const { session } = useNotebook();
  const [variables, setVariables] = useState<readonly Variable[]>();
  useEffect(() => {
    const reader = new FlowReader();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let closed = false;
    const look = async (): Promise<void> => {
      const found = await lookAtAll(session, reader);
      if (!closed) setVariables(found);
    };
    const later = (): void => {
      timer ??= setTimeout(() => {
        timer = undefined;
        void look();
      }, PAUSE);
    };
    void look();
    const { cells, runs } = notebookRoots(session.doc);
    cells.observeDeep(later);
    runs.observe(later);
    const unwatch = [session.busy.subscribe(later), session.control.kernels.subscribe(later)];
    return () => {
      closed = true;
      clearTimeout(timer);
      cells.unobserveDeep(later);
      runs.unobserve(later);
      for (const dispose of unwatch) dispose();
    };
  }, [session]);
  return variables;
}

async function lookAtAll({ doc, values }: NotebookSession, reader: FlowReader): Promise<readonly Variable[]> {
  const notebook = readNotebook(doc);
  const variables = listVariables(notebook, reader.read(notebook.cells));
  const states = await values.look(pathsOf(variables, notebook));
  return variables.map((variable, at) => ({ ...variable, value: states[at] ?? variable.value }));
}
