// `notebooks/.exports.json`: which file belongs to which room, and whether every file was current when the host stopped.

import { readFile } from "node:fs/promises";
import { RoomId } from "#shared/base/ids.ts";
import { isRecord } from "#shared/base/parse.ts";
import { writeAtomically } from "../files/writeAtomically.ts";

export interface ExportIndex {
  readonly files: ReadonlyMap<RoomId, string>;
  /** False after a crash, and when there was no index: then every notebook is exported once. */
  readonly current: boolean;
}

/** Plain names with nothing hidden: an index that was changed by hand must not lead out of the folder. */
const NAME = /^[^./\\][^/\\]*\.ipynb$/;

export async function readExportIndex(path: string): Promise<ExportIndex> {
  try {
    const value: unknown = JSON.parse(await readFile(path, "utf8"));
    if (!isRecord(value) || !isRecord(value["files"])) return { files: new Map(), current: false };
    const entries = Object.entries(value["files"]).flatMap(([key, name]): [RoomId, string][] => {
      const room = RoomId.parse(key);
      return room !== undefined && typeof name === "string" && NAME.test(name) ? [[room, name]] : [];
    });
    return { files: new Map(entries), current: value["current"] === true };
  } catch {
    return { files: new Map(), current: false };
  }
}

export function writeExportIndex(path: string, { files, current }: ExportIndex): Promise<void> {
  return writeAtomically(path, `${JSON.stringify({ current, files: Object.fromEntries(files) }, undefined, 1)}\n`);
}
