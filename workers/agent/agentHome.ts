// What an agent keeps on disk: its key, and the number of its last life.

import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { messageOf } from "#shared/base/errors.ts";
import { isRecord, readInteger } from "#shared/base/parse.ts";
import type { UnixMs } from "#shared/base/units.ts";
import { nextIncarnation } from "#shared/jobs/link/JobLink.ts";
import type { Logger } from "#shared/ports/Logger.ts";
import { NodeSigner } from "./NodeSigner.ts";

const KEY_FILE = "device-key.pem";
const LIFE_FILE = "agent-life.json";
const OWNER_ONLY = 0o600;
const FOLDER_OWNER_ONLY = 0o700;

export interface AgentIdentity {
  readonly signer: NodeSigner;
  readonly incarnation: number;
}

/**
 * Begins a new life of the agent whose folder this is. On a disk that takes nothing an agent that has its key lives on: the
 * clock numbers its life. @throws Error with what to do if there is no key and none can be kept
 */
export function beginLife(folder: string, now: UnixMs, logger: Logger): AgentIdentity {
  const signer = openKey(folder);
  const lifeFile = join(folder, LIFE_FILE);
  const incarnation = nextIncarnation(readLife(lifeFile), now);
  try {
    writeWhole(lifeFile, JSON.stringify({ incarnation }));
  } catch (error) {
    const reason = messageOf(error);
    logger.warn("the disk takes nothing (is it full, or read-only?): this agent runs without it", { reason });
  }
  return { signer, incarnation };
}

function openKey(folder: string): NodeSigner {
  const file = join(folder, KEY_FILE);
  const pem = readIfThere(file);
  // A key that cannot be read is an error, never a reason for a new one: the agent would be another peer.
  if (pem !== undefined) return NodeSigner.fromPem(pem);
  const signer = NodeSigner.create();
  try {
    mkdirSync(folder, { recursive: true, mode: FOLDER_OWNER_ONLY });
    writeWhole(file, signer.toPem());
  } catch (error) {
    const what = `the key of this agent cannot be kept in ${folder}: ${messageOf(error)}`;
    throw new Error(`${what}. Make it one that can be written, or name another with --data`, { cause: error });
  }
  return signer;
}

function readLife(file: string): number | undefined {
  try {
    const text = readIfThere(file);
    if (text === undefined) return undefined;
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? readInteger(value["incarnation"], 1, Number.MAX_SAFE_INTEGER) : undefined;
  } catch {
    // Half-written by a dying machine, or not to be read; the clock gives the next number.
    return undefined;
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && ["ENOENT", "ENOTDIR"].includes(String(error.code))) {
      return undefined;
    }
    throw error;
  }
}

/** The file has all of the text or none of it, whenever the machine stops. */
function writeWhole(file: string, text: string): void {
  const draft = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(draft, text, { mode: OWNER_ONLY });
    renameSync(draft, file);
  } catch (error) {
    // A full disk takes the name of a file, and nothing of what is in it.
    rmSync(draft, { force: true });
    throw error;
  }
}
