// What the document remembers of the last execution of each cell. Only the peer that runs an execution writes it, under
// its run id. `began` is written at the start so that, when that peer vanishes, every replica can show "interrupted";
// whether a run is still going on is presence, never document.

import { ContentHash, PeerId, RunId, type CellId } from "../base/ids.ts";
import { isRecord, readInteger, readNumber, readOneOf, readString } from "../base/parse.ts";
import { kib, ms, unixMs, type Bytes, type Milliseconds, type UnixMs } from "../base/units.ts";

/** Outputs up to this size live in the document itself; larger ones are blobs found by hash. */
export const INLINE_OUTPUT_LIMIT: Bytes = kib(1);
/** More outputs than this are joined or dropped with a notice by the writer; readers ignore the rest. */
export const OUTPUT_COUNT_LIMIT = 500;

/** One output: JSON text of an nbformat output, inline or as a blob with this hash. */
export interface OutputRef {
  readonly hash: ContentHash;
  /** What the output mainly is, known before its body is: chooses the placeholder. */
  readonly mime: string;
  readonly size: Bytes;
  readonly inline: string | undefined;
}

/** Labels as whoever asked wrote them; what is to be asked for again is checked by `readLabels` (ports/agentLabels.ts). */
export type WantedLabels = Readonly<Record<string, string>>;

export type RunPlace =
  | { readonly at: "here" }
  /** `wanted`: the labels by which it was chosen, where any agent that has them was asked for. */
  | { readonly at: "agent"; readonly agent: PeerId; readonly name: string; readonly wanted?: WantedLabels }
  /** Whichever agent fits, and none has it. `parked`: why it is not tried again by itself. `wanted`: what it must say of itself. */
  | { readonly at: "any"; readonly parked: string | undefined; readonly wanted?: WantedLabels }
  /** Once on every computer of the class that was there; what each gave is one output (see gathered/gathered.ts). */
  | { readonly at: "everybody" };

export const RUN_STATUSES = ["began", "ok", "error", "interrupted", "imported"] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

export interface RunRecord {
  readonly run: RunId;
  /** Who asked for the run; undefined for outputs that came with a file. */
  readonly by: PeerId | undefined;
  readonly byName: string;
  readonly where: RunPlace;
  /** Hash of the source that ran, to tell that the cell changed since. */
  readonly sourceHash: ContentHash | undefined;
  /** Name → run that defined the value it was read from. */
  readonly inputs: Readonly<Record<string, RunId>>;
  readonly started: UnixMs | undefined;
  readonly duration: Milliseconds | undefined;
  readonly status: RunStatus;
  /** Shown as `[n]`, nbformat's execution_count. */
  readonly count: number | undefined;
  readonly outputs: readonly OutputRef[];
  /** Where in the cell an error happened, 1-based. */
  readonly errorAt: { readonly line: number; readonly column: number } | undefined;
  /** That the device `by` made these outputs; only where they could have scripts. Nothing has been verified. */
  readonly proof?: OutputProof;
  /** What became of keeping the result, of a cell for which that is wanted. */
  readonly kept?: KeptMark;
  /** Why nothing of it was executed at `where`, for people. Its status is `error`: older builds know no word for it. */
  readonly notRun?: string;
}

/** `key`: under which the result is kept (see kept/keptResult.ts). `refused`: why it is not, for people. */
export type KeptMark =
  | {
      readonly key: ContentHash;
      /** The run that gave it, where this one took it instead of executing. */
      readonly from?: { readonly by: PeerId; readonly name: string; readonly at: UnixMs };
    }
  | { readonly refused: string };

/** Base64url texts of a public key and a signature, see `rooms/outputProof.ts`. */
export interface OutputProof {
  readonly key: string;
  readonly signature: string;
}

const TEXT_LIMIT = 256;
const REASON_LIMIT = 1_000;
/** UTF-16 units of why a run was not executed: what agents may say of it. Whoever writes it keeps to this. */
export const NOT_RUN_LIMIT = REASON_LIMIT;
/** As many labels as an agent has. */
const WANTED_LIMIT = 16;
const INPUT_LIMIT = 1_000;
const LATEST_TIME = 8_640_000_000_000_000;
const LONGEST_RUN = 1e12;
const LARGEST_OUTPUT = 2 ** 40;
/** Characters of a key, which has 43, and of a signature, which has 86. */
const PROOF_TEXT_LIMIT = 128;

/** Reads what stands in `runs`; undefined for anything that is no run record. Unknown keys are ignored. */
export function parseRunRecord(value: unknown): RunRecord | undefined {
  if (!isRecord(value)) return undefined;
  const run = RunId.parse(value["run"]);
  const status = readOneOf(value["status"], RUN_STATUSES);
  if (run === undefined || status === undefined) return undefined;
  const started = readNumber(value["started"], 0, LATEST_TIME);
  const duration = readNumber(value["duration"], 0, LONGEST_RUN);
  const proof = readProof(value["proof"]);
  const kept = readKept(value["kept"]);
  const notRun = status === "error" ? readString(value["notRun"], NOT_RUN_LIMIT) : undefined;
  return {
    run,
    status,
    by: PeerId.parse(value["by"]),
    byName: readString(value["byName"], TEXT_LIMIT) ?? "",
    where: readPlace(value["where"]),
    sourceHash: ContentHash.parse(value["sourceHash"]),
    inputs: readInputs(value["inputs"]),
    started: started === undefined ? undefined : unixMs(started),
    duration: duration === undefined ? undefined : ms(duration),
    count: readInteger(value["count"], 0, Number.MAX_SAFE_INTEGER),
    outputs: readOutputs(value["outputs"]),
    errorAt: readErrorAt(value["errorAt"]),
    ...(proof && { proof }),
    ...(kept && { kept }),
    ...(notRun === undefined ? {} : { notRun }),
  };
}

/** The record as stored: absent instead of undefined, since the document's encoding has no undefined. */
export function writeRunRecord(record: RunRecord): Record<string, unknown> {
  const stored: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(record)) if (value !== undefined) stored[key] = value;
  if (record.where.at === "any" && record.where.parked === undefined) {
    const { at, wanted } = record.where;
    stored["where"] = wanted === undefined ? { at } : { at, wanted };
  }
  stored["outputs"] = writeOutputs(record.outputs);
  return stored;
}

/** As stored, in the order given. */
export const writeOutputs = (outputs: readonly OutputRef[]): readonly Record<string, unknown>[] =>
  outputs.map(({ inline, ...rest }) => (inline === undefined ? rest : { ...rest, inline }));

/** Those that can be read, up to the limit: one bad reference must not hide the others. */
export function readOutputs(value: unknown): readonly OutputRef[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, OUTPUT_COUNT_LIMIT).flatMap((item) => readOutputRef(item) ?? []);
}

function readOutputRef(value: unknown): OutputRef | undefined {
  if (!isRecord(value)) return undefined;
  const hash = ContentHash.parse(value["hash"]);
  const size = readInteger(value["size"], 0, LARGEST_OUTPUT);
  if (hash === undefined || size === undefined) return undefined;
  return {
    hash,
    // reason: the number was checked to be a size.
    size: size as Bytes,
    mime: readString(value["mime"], TEXT_LIMIT) ?? "",
    inline: readString(value["inline"], INLINE_OUTPUT_LIMIT),
  };
}

function readPlace(value: unknown): RunPlace {
  const wanted = isRecord(value) ? readWanted(value["wanted"]) : {};
  if (isRecord(value) && value["at"] === "any") {
    return { at: "any", parked: readString(value["parked"], REASON_LIMIT), ...wanted };
  }
  if (isRecord(value) && value["at"] === "everybody") return { at: "everybody" };
  if (!isRecord(value) || value["at"] !== "agent") return { at: "here" };
  const agent = PeerId.parse(value["agent"]);
  if (agent === undefined) return { at: "here" };
  return { at: "agent", agent, name: readString(value["name"], TEXT_LIMIT) ?? "", ...wanted };
}

function readWanted(value: unknown): { readonly wanted?: WantedLabels } {
  const given = isRecord(value) ? Object.entries(value) : [];
  const read = given.flatMap(([key, text]) =>
    readString(text, TEXT_LIMIT) === undefined ? [] : [[key, text] as const],
  );
  if (read.length === 0 || read.length > WANTED_LIMIT || read.length < given.length) return {};
  return { wanted: Object.fromEntries(read) as WantedLabels }; // reason: all of them were read as text.
}

function readInputs(value: unknown): Readonly<Record<string, RunId>> {
  const inputs: Record<string, RunId> = {};
  if (!isRecord(value)) return inputs;
  for (const [name, run] of Object.entries(value).slice(0, INPUT_LIMIT)) {
    const id = RunId.parse(run);
    if (id !== undefined) inputs[name] = id;
  }
  return inputs;
}

function readErrorAt(value: unknown): RunRecord["errorAt"] {
  if (!isRecord(value)) return undefined;
  const line = readInteger(value["line"], 1, Number.MAX_SAFE_INTEGER);
  const column = readInteger(value["column"], 1, Number.MAX_SAFE_INTEGER);
  return line === undefined || column === undefined ? undefined : { line, column };
}

function readProof(value: unknown): OutputProof | undefined {
  if (!isRecord(value)) return undefined;
  const key = readString(value["key"], PROOF_TEXT_LIMIT);
  const signature = readString(value["signature"], PROOF_TEXT_LIMIT);
  return key === undefined || signature === undefined ? undefined : { key, signature };
}

function readKept(value: unknown): KeptMark | undefined {
  if (!isRecord(value)) return undefined;
  const refused = readString(value["refused"], REASON_LIMIT);
  if (refused !== undefined) return { refused };
  const key = ContentHash.parse(value["key"]);
  if (key === undefined || value["from"] === undefined) return key && { key };
  if (!isRecord(value["from"])) return undefined;
  const by = PeerId.parse(value["from"]["by"]);
  const name = readString(value["from"]["name"], TEXT_LIMIT);
  const at = readNumber(value["from"]["at"], 0, LATEST_TIME);
  if (by === undefined || name === undefined || at === undefined) return undefined;
  return { key, from: { by, name, at: unixMs(at) } };
}

/** Cell → its last run, of those records that can be read. */
export type Runs = ReadonlyMap<CellId, RunRecord>;
