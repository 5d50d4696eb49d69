import { existsSync } from "node:fs";
import { join } from "node:path";
import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { BadInputError, StorageError } from "#shared/base/errors.ts";
import { openLevel, type Level } from "../archive/openLevel.ts";
import { BACKUP_PATH } from "../control/ControlServer.ts";
import { readRunningHost } from "../control/runningHost.ts";
import { HOST_FILES, type BackupCounts, type RecordSource } from "./backupContent.ts";
import { writeBackupFile } from "./backupFile.ts";
import { databasesIn, writeBackup } from "./writeBackup.ts";

export interface MadeBackup extends BackupCounts {
  readonly bytes: number;
  /** Whether a class was running meanwhile, which then made it. */
  readonly whileRunning: boolean;
}

/**
 * Makes a backup of a data folder: by itself if no host runs with it, else by asking that host, because only one process
 * at a time can read the databases.
 * @throws BadInputError with what to do
 */
export async function makeBackup(root: string, out: string): Promise<MadeBackup> {
  if (!HOST_FILES.some((name) => existsSync(join(root, name)))) {
    throw new BadInputError(`there is no class in ${root}: name its folder with --data DIR`);
  }
  const levels = new Map<string, Level>();
  try {
    for (const name of await databasesIn(root)) levels.set(name, await openLevel(join(root, name), silentLogger));
    const databases = new Map([...levels].map(([name, level]) => [name, sourceOf(level)]));
    const content = writeBackup({ root, databases, now: Date.now() });
    return { ...(await writeBackupFile(out, content)), whileRunning: false };
  } catch (error) {
    if (!(error instanceof StorageError) || error.code !== "storage-closed") throw error;
    return { ...(await writeBackupFile(out, await askHost(root))), whileRunning: true };
  } finally {
    for (const level of levels.values()) await level.close();
  }
}

const sourceOf = (level: Level): RecordSource => ({ records: () => level.iterator() });

async function askHost(root: string): Promise<AsyncIterable<Uint8Array>> {
  const host = await readRunningHost(root);
  const response = host && (await ask(host.controlPort, host.token));
  if (response?.ok === true && response.body !== null) return response.body;
  const busy = response?.status === 503 ? "is making a backup already" : "does not answer";
  throw new BadInputError(`${root} is in use by a program that ${busy}: try again, or stop the class host first`);
}

async function ask(port: number, token: string): Promise<Response | undefined> {
  try {
    const headers = { Authorization: `Bearer ${token}` };
    return await fetch(`http://127.0.0.1:${port}${BACKUP_PATH}`, { method: "POST", headers });
  } catch {
    return undefined;
  }
}
