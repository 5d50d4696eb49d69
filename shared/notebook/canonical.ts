import type * as Y from "yjs";
import { notebookRoots } from "./schema.ts";

/** The whole content as text that is equal on two replicas exactly when their content is equal. */
export function canonicalContent(doc: Y.Doc): string {
  const { meta, cells, runs, soFar, controls, kept, files } = notebookRoots(doc);
  // Left out where there are none, as in replicas of builds that know of none.
  const later = {
    ...(controls.size > 0 && { controls }),
    ...(kept.size > 0 && { kept }),
    ...(soFar.size > 0 && { soFar }),
  };
  const whole = { meta, cells, runs, files, ...later };
  return JSON.stringify(sorted(Object.fromEntries(Object.entries(whole).map(([name, root]) => [name, root.toJSON()]))));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}
