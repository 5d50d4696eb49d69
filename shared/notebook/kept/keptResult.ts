// Results of cells that are marked "keep its result", as the document holds them: under the hash of everything that they
// follow from, so that whoever would run the same finds them. Written by a peer, and so hostile until parsed and proven.

import { ContentHash, PeerId, RunId } from "../../base/ids.ts";
import { isRecord, readArray, readInteger, readNumber, readOneOf, readString } from "../../base/parse.ts";
import { parseJson } from "../../base/parseJson.ts";
import { kib, mib, ms, seconds, unixMs, type Bytes, type Milliseconds, type UnixMs } from "../../base/units.ts";
import { parseKeptValues } from "../gathered/kept.ts";
import { parseOutput, type CellOutput } from "../output.ts";
import { OUTPUT_COUNT_LIMIT } from "../runRecord.ts";

/** A result up to this size stands in the document itself; a larger one is a blob. */
export const KEPT_INLINE_LIMIT: Bytes = kib(1);
/** Outputs and values of one result: a class of thirty fetches it at once. */
export const KEPT_RESULT_LIMIT: Bytes = mib(1);
/** All results of a notebook together: every replica stores them. */
export const KEPT_TOTAL_LIMIT: Bytes = mib(32);
/** Results of a notebook: each entry stays in the document's history. */
export const KEPT_COUNT_LIMIT = 100;
/** An older result is not taken any more: what the cell reads beside its inputs, the web for one, has changed. */
export const KEPT_AGE: Milliseconds = seconds(7 * 24 * 3600);
/** A clock that is this much ahead is not trusted: its results would outlive all others. */
const CLOCK_SKEW: Milliseconds = seconds(24 * 3600);

/** Languages of which results are kept: their values travel as they are. */
export const KEPT_LANGUAGES = ["javascript", "python"] as const;
export type KeptLanguage = (typeof KEPT_LANGUAGES)[number];

/** One kept result, without its body. */
export interface KeptEntry {
  readonly run: RunId;
  /** Who ran it, and how people call them; true only if the proof verifies. */
  readonly by: PeerId;
  readonly byName: string;
  /** When the run ended, by its computer's clock. */
  readonly at: UnixMs;
  readonly duration: Milliseconds;
  readonly body: { readonly hash: ContentHash; readonly size: Bytes; readonly inline: string | undefined };
  readonly proof: { readonly key: string; readonly signature: string };
  /** What its key was made of beside the cell's program, so that readers can tell of which cell it is. Older ones have none. */
  readonly follows?: KeptFollows;
}

export interface KeptFollows {
  readonly runtime: string;
  /** Name the cell read → what tells its value from others. */
  readonly inputs: Readonly<Record<string, string>>;
}

/** What is kept: JSON, inline or as a blob. */
export interface KeptBody {
  readonly language: KeptLanguage;
  readonly outputs: readonly CellOutput[];
  /** Name → value as text, in the language's own form. */
  readonly values: Readonly<Record<string, string>>;
}

const NAME_LIMIT = 256;
const RUNTIME_LIMIT = 64;
/** Names that a cell reads; of one that reads more it cannot be told which result is its own, so it is executed. */
const FOLLOWS_LIMIT = 256;
const IDENTITY_LIMIT = 128;
const PROOF_TEXT_LIMIT = 128;
const LATEST_TIME = 8_640_000_000_000_000;
const LONGEST_RUN = 1e12;

/** Reads an entry of `kept`; undefined for anything that is none. */
export function parseKeptEntry(value: unknown): KeptEntry | undefined {
  if (!isRecord(value) || !isRecord(value["proof"])) return undefined;
  const run = RunId.parse(value["run"]);
  const by = PeerId.parse(value["by"]);
  const byName = readString(value["byName"], NAME_LIMIT);
  const at = readNumber(value["at"], 0, LATEST_TIME);
  const duration = readNumber(value["duration"], 0, LONGEST_RUN);
  const body = readBodyRef(value["body"]);
  const key = readString(value["proof"]["key"], PROOF_TEXT_LIMIT);
  const signature = readString(value["proof"]["signature"], PROOF_TEXT_LIMIT);
  if (run === undefined || by === undefined || byName === undefined || at === undefined) return undefined;
  if (duration === undefined || body === undefined || key === undefined || signature === undefined) return undefined;
  const entry = { run, by, byName, at: unixMs(at), duration: ms(duration), body, proof: { key, signature } };
  const follows = readFollows(value["follows"]);
  return follows === undefined ? entry : { ...entry, follows };
}

function readFollows(value: unknown): KeptFollows | undefined {
  if (!isRecord(value) || !isRecord(value["inputs"])) return undefined;
  const runtime = readString(value["runtime"], RUNTIME_LIMIT);
  const given = Object.entries(value["inputs"]);
  const inputs = given.flatMap(([name, identity]) => {
    const text = readString(identity, IDENTITY_LIMIT);
    return text === undefined ? [] : [[name, text] as const];
  });
  if (runtime === undefined || inputs.length < given.length || given.length > FOLLOWS_LIMIT) return undefined;
  return { runtime, inputs: Object.fromEntries(inputs) };
}

function readBodyRef(value: unknown): KeptEntry["body"] | undefined {
  if (!isRecord(value)) return undefined;
  const hash = ContentHash.parse(value["hash"]);
  const size = readInteger(value["size"], 0, KEPT_RESULT_LIMIT);
  const inline = readString(value["inline"], KEPT_INLINE_LIMIT);
  // reason: the number was checked to be a size.
  return hash === undefined || size === undefined ? undefined : { hash, size: size as Bytes, inline };
}

/** As the document holds it: absent instead of undefined. */
export function writeKeptEntry({ body, ...entry }: KeptEntry): Record<string, unknown> {
  const { inline, ...ref } = body;
  return { ...entry, body: inline === undefined ? ref : { ...ref, inline } };
}

/** True while a result may be taken. */
export const isTimely = ({ at }: Pick<KeptEntry, "at">, now: UnixMs): boolean =>
  now - at <= KEPT_AGE && at - now <= CLOCK_SKEW;

/** Keys that must go so that all limits hold, the oldest first: those that are out of date, or cannot be read, before all others. */
export function keysToDrop(entries: ReadonlyMap<string, KeptEntry | undefined>, now: UnixMs): readonly string[] {
  const dropped: string[] = [];
  const kept: [string, KeptEntry][] = [];
  for (const [key, entry] of entries) {
    if (entry === undefined || !isTimely(entry, now)) dropped.push(key);
    else kept.push([key, entry]);
  }
  kept.sort(([oneKey, one], [otherKey, other]) => other.at - one.at || (oneKey < otherKey ? -1 : 1));
  let size = 0;
  for (const [index, [key, { body }]] of kept.entries()) {
    size += body.size;
    if (index >= KEPT_COUNT_LIMIT || size > KEPT_TOTAL_LIMIT) dropped.push(key);
  }
  return dropped;
}

export const writeKeptBody = (body: KeptBody): string => JSON.stringify(body);

/** Reads a body; undefined for anything that no sound peer writes: it is never taken in part. */
export function parseKeptBody(text: string): KeptBody | undefined {
  const value = parseJson(text);
  if (!isRecord(value)) return undefined;
  const language = readOneOf(value["language"], KEPT_LANGUAGES);
  const outputs = readArray(value["outputs"], OUTPUT_COUNT_LIMIT, parseOutput);
  const values = parseKeptValues({ values: value["values"], reasons: {} })?.values;
  if (language === undefined || outputs === undefined || values === undefined) return undefined;
  // A run that failed is not kept.
  return outputs.some(({ output_type }) => output_type === "error") ? undefined : { language, outputs, values };
}
