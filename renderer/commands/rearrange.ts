import { readElsewhere } from "#shared/dataflow/readElsewhere.ts";
import { isReactive } from "#shared/notebook/runOptions.ts";
import type { NotebookServices } from "../notebook/services/notebookServices.ts";

/**
 * Changes by `change`, a command of this user, which cells there are and in what order. In a reactive notebook the cells
 * that read from elsewhere by that are executed at once, and what reads from them: from other cells now, or with an error.
 */
export function rearrange<T>(
  { session, dataflow }: Pick<NotebookServices, "session" | "dataflow">,
  change: () => T,
): T {
  const before = isReactive(session.doc) ? dataflow.now() : undefined;
  const result = change();
  const after = before && dataflow.now();
  const readers = before && after ? readElsewhere(before, after) : [];
  if (readers.length > 0) session.execute(readers);
  return result;
}
