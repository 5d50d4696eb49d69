import type { Readable } from "../../base/value.ts";
import { roleOf } from "../../rooms/access/membership.ts";
import { mayRun } from "../../rooms/access/role.ts";
import type { NotebookAccess } from "../access/NotebookAccess.ts";
import type { NotebookSession } from "../NotebookSession.ts";
import { KeptResults } from "../kept/KeptResults.ts";
import type { MeshbookPorts } from "./MeshbookPorts.ts";

/** The results that an open notebook keeps: those of whoever may run cells in it. */
export function keptResults(
  notebook: Pick<NotebookSession, "doc" | "blobs" | "room">,
  access: Pick<NotebookAccess, "membership">,
  { clock, signer }: Pick<MeshbookPorts, "clock" | "signer">,
  name: Readable<string>,
): KeptResults {
  const { doc, blobs } = notebook;
  return new KeptResults({
    ...{ doc, blobs, clock, signer },
    room: () => notebook.room,
    name: () => name.get(),
    mayRun: (peer) => mayRun(roleOf(access.membership.get(), peer)),
  });
}
