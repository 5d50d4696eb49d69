import type * as Y from "yjs";
import { RUN_ROOTS, staysWithin } from "../../../notebook/updateReach.ts";
import type { LinkStanding } from "../../../rooms/access/linkStanding.ts";
import { mayEdit, mayRun } from "../../../rooms/access/role.ts";

/**
 * Whether an update that came over a link is applied: the same answer as the class host's. Of readers nothing is taken,
 * although what they say again of what is here would do no harm: it would do nothing.
 */
export function mayWrite(standing: LinkStanding, doc: Y.Doc, update: Uint8Array): boolean {
  if (standing === "waiting" || !mayRun(standing)) return false;
  return mayEdit(standing) || staysWithin(doc, update, RUN_ROOTS);
}

/** Whether anything that the other end could give would be taken: else it is not asked. */
export const mayGive = (standing: LinkStanding): boolean => standing === "waiting" || mayRun(standing);
