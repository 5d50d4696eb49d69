// Executions that were asked of other computers and have not ended yet, as a page remembers them beyond its own life.

import { CellId, ContentHash, PeerId, RoomId, RunId } from "../base/ids.ts";
import { isRecord, readBoolean, readInteger, readNumber, readString } from "../base/parse.ts";
import { unixMs, type UnixMs } from "../base/units.ts";
import type { Value } from "../base/value.ts";
import { readLabels, type AgentLabels } from "./agentLabels.ts";

export type AskedPlace =
  | { readonly at: "agent"; readonly agent: PeerId; readonly name: string }
  | { readonly at: "any"; readonly labels: AgentLabels };

/** To whom the run was offered last. */
export interface GivenRun {
  readonly agent: PeerId;
  /** The agent's life (incarnation) that was asked. */
  readonly life: number;
  /** Who we were to the agent: this device, or a passing identity, which ends with its page. */
  readonly asker: PeerId;
  /** The agent was heard to have it: asking again would not be the first time. */
  readonly taken: boolean;
}

export interface AskedRun {
  readonly run: RunId;
  readonly room: RoomId;
  readonly cell: CellId;
  readonly place: AskedPlace;
  /** Of what was to be executed. */
  readonly sourceHash: ContentHash;
  readonly at: UnixMs;
  /** Undefined: its offer never left this page. */
  readonly given: GivenRun | undefined;
}

/** Held by the one page that takes care of a run; when that page is gone, in whatever way, the next one gets it. */
export interface RunClaim {
  readonly held: Pick<Value<boolean>, "get" | "subscribe">;
  /** Gives it back, or stops waiting for it. */
  release(): void;
}

/**
 * Adapters: IndexedDB (page, desktop), memory (tests). Every promise may reject with a StorageError; whoever asks goes on
 * without, and says so.
 */
export interface AskedRunStore {
  /** Resolves when it will outlive a crash of the page. Replaces what was known of the run. */
  put(asked: AskedRun): Promise<void>;
  /** Undefined for a run that is not there. */
  get(run: RunId): Promise<AskedRun | undefined>;
  remove(run: RunId): Promise<void>;
  /** Those of one notebook, the oldest first. What cannot be read is left out. */
  list(room: RoomId): Promise<readonly AskedRun[]>;
  claim(run: RunId): RunClaim;
}

const NAME_LIMIT = 256;
const LATEST = 8_640_000_000_000_000;

/** Reads what an earlier build may have stored; undefined for anything else. */
export function parseAskedRun(value: unknown): AskedRun | undefined {
  if (!isRecord(value)) return undefined;
  const run = RunId.parse(value["run"]);
  const room = RoomId.parse(value["room"]);
  const cell = CellId.parse(value["cell"]);
  const sourceHash = ContentHash.parse(value["sourceHash"]);
  const at = readNumber(value["at"], 0, LATEST);
  const place = parsePlace(value["place"]);
  if (run === undefined || room === undefined || cell === undefined || sourceHash === undefined) return undefined;
  if (at === undefined || place === undefined) return undefined;
  return { run, room, cell, place, sourceHash, at: unixMs(at), given: parseGiven(value["given"]) };
}

function parsePlace(value: unknown): AskedPlace | undefined {
  if (!isRecord(value)) return undefined;
  const labels = readLabels(value["labels"]);
  if (value["at"] === "any") return labels && { at: "any", labels };
  const agent = PeerId.parse(value["agent"]);
  if (value["at"] !== "agent" || agent === undefined) return undefined;
  return { at: "agent", agent, name: readString(value["name"], NAME_LIMIT) ?? "" };
}

function parseGiven(value: unknown): GivenRun | undefined {
  if (!isRecord(value)) return undefined;
  const agent = PeerId.parse(value["agent"]);
  const asker = PeerId.parse(value["asker"]);
  const life = readInteger(value["life"], 0, Number.MAX_SAFE_INTEGER);
  if (agent === undefined || asker === undefined || life === undefined) return undefined;
  return { agent, asker, life, taken: readBoolean(value["taken"]) ?? true };
}
