import { writeBackup } from "../backup/writeBackup.ts";
import type { RecordSource } from "../backup/backupContent.ts";
import type { Logger } from "#shared/ports/Logger.ts";
import { ControlServer } from "./ControlServer.ts";
import { removeRunningHost, writeRunningHost } from "./runningHost.ts";

export interface ControlOptions {
  /** The data folder. */
  readonly root: string;
  /** Every database in it, by the name of its folder. */
  readonly databases: Readonly<Record<string, RecordSource>>;
  readonly origin: string;
  readonly mqttPort: number;
  readonly logger: Logger;
}

/** Lets other programs of this user find the host and ask it for a backup. Returns what ends that. */
export async function openControl(options: ControlOptions): Promise<() => Promise<void>> {
  const { root, origin, mqttPort, logger } = options;
  const databases = new Map(Object.entries(options.databases));
  const control = await ControlServer.start({
    backup: () => writeBackup({ root, databases, now: Date.now() }),
    logger,
  });
  const { port: controlPort, token } = control;
  await writeRunningHost(root, { pid: process.pid, origin, mqttPort, controlPort, token });
  return async () => {
    await removeRunningHost(root);
    await control.close();
  };
}
