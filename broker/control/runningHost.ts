// `running.json` in the data folder: how other programs of this user find the host that runs with it. It holds a token, so
// it is for this user's eyes only, and is removed when the host stops.

import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { isRecord, readInteger, readString } from "#shared/base/parse.ts";
import { writeAtomically } from "../files/writeAtomically.ts";

export interface RunningHost {
  readonly pid: number;
  /** Origin under which this computer reaches it. */
  readonly origin: string;
  readonly mqttPort: number;
  /** Port on 127.0.0.1 of what only this user may ask for, and the token that shows who asks. */
  readonly controlPort: number;
  readonly token: string;
}

const fileOf = (root: string): string => join(root, "running.json");

export function writeRunningHost(root: string, host: RunningHost): Promise<void> {
  return writeAtomically(fileOf(root), `${JSON.stringify(host)}\n`);
}

export function removeRunningHost(root: string): Promise<void> {
  return rm(fileOf(root), { force: true });
}

/** Undefined if none runs, as far as the file tells: after a kill it names a host that is gone. */
export async function readRunningHost(root: string): Promise<RunningHost | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(fileOf(root), "utf8"));
    if (!isRecord(value)) return undefined;
    const pid = readInteger(value["pid"], 1, Number.MAX_SAFE_INTEGER);
    const origin = readString(value["origin"], 300);
    const mqttPort = readInteger(value["mqttPort"], 1, 65_535);
    const controlPort = readInteger(value["controlPort"], 1, 65_535);
    const token = readString(value["token"], 100);
    if (pid === undefined || origin === undefined || mqttPort === undefined) return undefined;
    if (controlPort === undefined || token === undefined) return undefined;
    return { pid, origin, mqttPort, controlPort, token };
  } catch {
    return undefined;
  }
}
