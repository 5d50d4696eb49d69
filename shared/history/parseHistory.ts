// Histories come from files and from class hosts: everything in them is read with limits. On the wire and in stores a
// history is JSON; contributions are rows of numbers, because there are many.

import { ContentHash, PeerId, StateId } from "../base/ids.ts";
import {
  isRecord,
  readArray,
  readBoolean,
  readInteger,
  readNumber,
  readOneOf,
  readString,
  type JsonObject,
} from "../base/parse.ts";
import { bytes, unixMs, type UnixMs } from "../base/units.ts";
import {
  STATE_CAUSES,
  type Contribution,
  type DatedState,
  type Person,
  type StoredHistory,
  type VersionLabel,
} from "../ports/HistoryStore.ts";
import { cleanName } from "../presence/presence.ts";
import { CONTRIBUTIONS_LIMIT } from "./contributions.ts";

/** States and people that a history from outside may hold: well above what any keeper keeps. */
export const STATES_READ_LIMIT = 5_000;
export const PEOPLE_READ_LIMIT = 50_000;
/** Characters of a version's name: a line of the list. */
export const VERSION_NAME_LIMIT = 80;

const NAME_LIMIT = 256;
const DIGEST_LIMIT = 64;
const LARGEST = Number.MAX_SAFE_INTEGER;
const LATEST_TIME = 8_640_000_000_000_000;

export function writeState(state: DatedState): JsonObject {
  const { version, contributions, ...rest } = state;
  const rows = contributions.map(({ client, from, to, first, last }) => [client, from, to, first, last]);
  return { ...rest, contributions: rows, ...(version === undefined ? {} : { version: { ...version } }) };
}

export function writePerson({ client, peer, name, verified }: Person): JsonObject {
  return { client, peer, name, verified };
}

/** Undefined for what is no state. Unknown keys are ignored. */
export function parseState(value: unknown): DatedState | undefined {
  if (!isRecord(value)) return undefined;
  const id = StateId.parse(value["id"]);
  const hash = ContentHash.parse(value["hash"]);
  const order = readInteger(value["order"], 0, LARGEST);
  const at = readTime(value["at"]);
  const digest = readString(value["digest"], DIGEST_LIMIT);
  const contributions = readArray(value["contributions"], CONTRIBUTIONS_LIMIT, readContribution);
  const deleters = readArray(value["deleters"], CONTRIBUTIONS_LIMIT, readClient);
  if (id === undefined || hash === undefined || order === undefined || at === undefined) return undefined;
  if (digest === undefined || contributions === undefined || deleters === undefined) return undefined;
  return {
    id,
    hash,
    order,
    at,
    digest,
    contributions,
    deleters,
    cause: readOneOf(value["cause"], STATE_CAUSES) ?? "interval",
    size: bytes(readInteger(value["size"], 0, LARGEST) ?? 0),
    version: readVersion(value["version"]),
  };
}

export function parsePerson(value: unknown): Person | undefined {
  if (!isRecord(value)) return undefined;
  const client = readClient(value["client"]);
  const peer = PeerId.parse(value["peer"]);
  if (client === undefined || peer === undefined) return undefined;
  const name = cleanName(readString(value["name"], NAME_LIMIT) ?? "");
  return { client, peer, name, verified: readBoolean(value["verified"]) ?? false };
}

/** A history as a class host answers it; undefined if it is none. Bad rows are left out, the others count. */
export function parseHistory(value: unknown): StoredHistory | undefined {
  if (!isRecord(value) || !Array.isArray(value["states"]) || !Array.isArray(value["people"])) return undefined;
  const states = value["states"].slice(0, STATES_READ_LIMIT).flatMap((item) => parseState(item) ?? []);
  const people = value["people"].slice(0, PEOPLE_READ_LIMIT).flatMap((item) => parsePerson(item) ?? []);
  return { states: inOrder(states), people, visited: undefined };
}

export function writeHistory({ states, people }: StoredHistory): JsonObject {
  return { states: states.map(writeState), people: people.map(writePerson) };
}

export function inOrder(states: readonly DatedState[]): readonly DatedState[] {
  return [...states].sort((one, other) => one.order - other.order || (one.id < other.id ? -1 : 1));
}

/** A name fit to be shown in the list; undefined if nothing is left of it. */
export function cleanVersionName(name: unknown): string | undefined {
  if (typeof name !== "string") return undefined;
  const clean = name
    .slice(0, VERSION_NAME_LIMIT * 4)
    .replace(/[\p{Cc}\p{Cf}]/gu, "")
    .replace(/\s+/g, " ")
    .trim();
  return [...clean].slice(0, VERSION_NAME_LIMIT).join("") || undefined;
}

function readVersion(value: unknown): VersionLabel | undefined {
  if (!isRecord(value)) return undefined;
  const name = cleanVersionName(value["name"]);
  if (name === undefined) return undefined;
  return { name, by: cleanName(readString(value["by"], NAME_LIMIT) ?? ""), at: readTime(value["at"]) ?? unixMs(0) };
}

function readContribution(value: unknown): Contribution | undefined {
  if (!Array.isArray(value)) return undefined;
  const client = readClient(value[0]);
  const from = readInteger(value[1], 0, LARGEST);
  const to = readInteger(value[2], 0, LARGEST);
  const first = readTime(value[3]);
  const last = readTime(value[4]);
  if (client === undefined || from === undefined || to === undefined || to <= from) return undefined;
  return first === undefined || last === undefined ? undefined : { client, from, to, first, last };
}

const readClient = (value: unknown): number | undefined => readInteger(value, 0, LARGEST);

function readTime(value: unknown): UnixMs | undefined {
  const time = readNumber(value, 0, LATEST_TIME);
  return time === undefined ? undefined : unixMs(time);
}
