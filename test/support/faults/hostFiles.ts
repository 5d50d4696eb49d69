// What a class host has on its disk, read while no host runs on it: nobody who comes back can fill a gap before it is seen.

import { join } from "node:path";
import * as Y from "yjs";
import type { RoomId } from "#shared/base/ids.ts";
import { openArchiveFolder } from "../archiveFolder.ts";

/** The document as the archive of a host that is dead holds it. */
export async function readHostFiles(data: string, room: RoomId): Promise<Y.Doc> {
  const archive = await openArchiveFolder(join(data, "archive")).open();
  const doc = new Y.Doc();
  try {
    for (const update of await archive.peek(room)) Y.applyUpdate(doc, update);
  } finally {
    await archive.close();
  }
  return doc;
}
