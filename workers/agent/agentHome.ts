// What an agent keeps on disk: its key, and the number of its last life.

import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isRecord, readInteger } from "#shared/base/parse.ts";
import type { UnixMs } from "#shared/base/units.ts";
import { nextIncarnation } from "#shared/jobs/link/JobLink.ts";
import { NodeSigner } from "./NodeSigner.ts";

const KEY_FILE = "device-key.pem";
const LIFE_FILE = "agent-life.json";
const OWNER_ONLY = 0o600;
const FOLDER_OWNER_ONLY = 0o700;

export interface AgentIdentity {
  readonly signer: NodeSigner;
  readonly incarnation: number;
}

/** Begins a new life of the agent whose folder this is. @throws Error if the folder cannot be used */
export function beginLife(folder: string, now: UnixMs): AgentIdentity {
  mkdirSync(folder, { recursive: true, mode: FOLDER_OWNER_ONLY });
  const signer = openKey(join(folder, KEY_FILE));
  const lifeFile = join(folder, LIFE_FILE);
  const incarnation = nextIncarnation(readLife(lifeFile), now);
  writeWhole(lifeFile, JSON.stringify({ incarnation }));
  return { signer, incarnation };
}

function openKey(file: string): NodeSigner {
  const pem = readIfThere(file);
  // A key that cannot be read is an error, never a reason for a new one: the agent would be another peer.
  if (pem !== undefined) return NodeSigner.fromPem(pem);
  const signer = NodeSigner.create();
  writeWhole(file, signer.toPem());
  return signer;
}

function readLife(file: string): number | undefined {
  const text = readIfThere(file);
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? readInteger(value["incarnation"], 1, Number.MAX_SAFE_INTEGER) : undefined;
  } catch {
    // Half-written by a dying machine; the clock gives the next number.
    return undefined;
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** The file has all of the text or none of it, whenever the machine stops. */
function writeWhole(file: string, text: string): void {
  const draft = `${file}.${process.pid}.tmp`;
  writeFileSync(draft, text, { mode: OWNER_ONLY });
  renameSync(draft, file);
}
