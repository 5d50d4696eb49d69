// A LevelDB folder of a class host's archive, for tests that look into it or damage it.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ClassicLevel } from "classic-level";
import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { systemClock } from "#shared/adapters/systemClock.ts";
import type { Logger } from "#shared/ports/Logger.ts";
import { Archive } from "../../broker/archive/Archive.ts";
import { AccessFiles } from "../../broker/sync/access/AccessFiles.ts";

export interface ArchiveFolder {
  readonly path: string;
  open(logger?: Logger): Promise<Archive>;
  /** What was said about who may do what, in a folder beside it. */
  accessFiles(): Promise<AccessFiles>;
  /** Looks at the raw database while no archive has it open. */
  raw<T>(work: (level: ClassicLevel<string, Uint8Array>) => Promise<T>): Promise<T>;
  keys(): Promise<readonly string[]>;
  remove(): Promise<void>;
}

export async function createArchiveFolder(): Promise<ArchiveFolder> {
  const path = await mkdtemp(join(tmpdir(), "meshbook-archive-"));
  return openArchiveFolder(path);
}

export function openArchiveFolder(path: string): ArchiveFolder {
  const raw: ArchiveFolder["raw"] = async (work) => {
    const level = new ClassicLevel<string, Uint8Array>(path, { valueEncoding: "view" });
    await level.open();
    try {
      return await work(level);
    } finally {
      await level.close();
    }
  };
  return {
    path,
    raw,
    open: (logger = silentLogger) => Archive.open({ folder: path, clock: systemClock, logger }),
    keys: () => raw((level) => level.keys().all()),
    accessFiles: () => AccessFiles.open(`${path}-access`),
    remove: async () => {
      for (const folder of [path, `${path}-access`]) await rm(folder, { recursive: true, force: true });
    },
  };
}
