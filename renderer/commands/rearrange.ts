import { readElsewhere } from "#shared/dataflow/readElsewhere.ts";
import { isReactive } from "#shared/notebook/runOptions.ts";
import type { FlowOfCells } from "#shared/session/dataflow/LiveDataflow.ts";
import type { NotebookServices } from "../notebook/services/notebookServices.ts";

/**
 * Changes by `change`, a command of this user, which cells there are and in what order. In a reactive notebook the cells
 * that read from elsewhere by that are executed at once, and what reads from them: from other cells now, or with an error.
 */
export function rearrange<T>(notebook: Rearranged, change: () => T): T {
  const { session, dataflow } = notebook;
  if (!isReactive(session.doc)) return change();
  const before = dataflow.now();
  if (before === undefined) return rearrangeEarly(notebook, change);
  const result = change();
  executeReaders(notebook, before, dataflow.now());
  return result;
}

type Rearranged = Pick<NotebookServices, "session" | "dataflow">;

/** Just after a notebook was opened it is not known yet what its cells read: they are executed when it is. */
function rearrangeEarly<T>(notebook: Rearranged, change: () => T): T {
  const before = notebook.dataflow.remember();
  const result = change();
  const after = notebook.dataflow.remember();
  Promise.all([before, after])
    .then(([was, is]) => was && executeReaders(notebook, was, is))
    // What reads cells could not be loaded: whoever runs one is told why.
    .catch(() => undefined);
  return result;
}

function executeReaders({ session }: Rearranged, before: FlowOfCells, after: FlowOfCells | undefined): void {
  const readers = after === undefined ? [] : readElsewhere(before, after);
  if (readers.length > 0) session.execute(readers);
}
