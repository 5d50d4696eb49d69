// The output of a cell that ran on every computer of the class: what each of them showed, and the values it left. It is
// an output like any, so that it is stored and synced as such; whoever reads it did not necessarily write it.

import { PeerId } from "../../base/ids.ts";
import { isRecord, readNumber, readOneOf, readString, type JsonValue } from "../../base/parse.ts";
import { ms, type Milliseconds } from "../../base/units.ts";
import { parseKeptValues, type KeptValues } from "./kept.ts";
import { CONTROL_MIME } from "../controls/controlMime.ts";
import { parseOutput, type CellOutput } from "../output.ts";
import { GATHERED_MIME } from "./gatheredMime.ts";

/** Computers of one run; a class has fewer. */
export const PART_LIMIT = 500;
/** Outputs of one computer. */
const PART_OUTPUTS = 100;
const NAME_LIMIT = 256;
const REASON_LIMIT = 1_000;
const LONGEST = 1e12;

/** `left`: it was lost before it answered. `stopped`: by whoever asked. */
export const PART_STATUSES = ["running", "ok", "error", "left", "stopped"] as const;

/** What one computer gave. */
export interface GatheredPart {
  readonly peer: PeerId;
  /** The computer's name. */
  readonly name: string;
  readonly status: (typeof PART_STATUSES)[number];
  /** Why there is no value; empty if there is. */
  readonly error: string;
  /** From asking to the answer. */
  readonly duration: Milliseconds;
  readonly outputs: readonly CellOutput[];
  readonly kept: KeptValues;
}

export const NOTHING_KEPT: KeptValues = { values: {}, reasons: {} };

/** The parts as an output, with a text for readers that know no better. */
export function gatheredOutput(parts: readonly GatheredPart[]): CellOutput {
  // reason: parts hold JSON only.
  const body = { parts } as unknown as JsonValue;
  const text = parts.map(partText).join("\n");
  return { output_type: "display_data", data: { [GATHERED_MIME]: body, "text/plain": text }, metadata: {} };
}

export const isGathered = (output: CellOutput): boolean =>
  output.output_type === "display_data" && Object.hasOwn(output.data, GATHERED_MIME);

/** Reads what stands under `GATHERED_MIME`; parts that cannot be read are left out. */
export function parseGathered(value: unknown): readonly GatheredPart[] {
  if (!isRecord(value) || !Array.isArray(value["parts"])) return [];
  return value["parts"].slice(0, PART_LIMIT).flatMap((part) => parsePart(part) ?? []);
}

function parsePart(value: unknown): GatheredPart | undefined {
  if (!isRecord(value)) return undefined;
  const peer = PeerId.parse(value["peer"]);
  const status = readOneOf(value["status"], PART_STATUSES);
  if (peer === undefined || status === undefined) return undefined;
  const outputs: readonly unknown[] = Array.isArray(value["outputs"]) ? value["outputs"] : [];
  return {
    ...{ peer, status },
    name: readString(value["name"], NAME_LIMIT) ?? "",
    error: readString(value["error"], REASON_LIMIT) ?? "",
    duration: ms(readNumber(value["duration"], 0, LONGEST) ?? 0),
    outputs: outputs.slice(0, PART_OUTPUTS).flatMap((output) => plainer(parseOutput(output)) ?? []),
    kept: parseKeptValues(value["kept"]) ?? NOTHING_KEPT,
  };
}

/** Without what would hold a part in a part, and controls, which belong to a cell and not to a computer. */
function plainer(output: CellOutput | undefined): CellOutput | undefined {
  if (output?.output_type !== "display_data" && output?.output_type !== "execute_result") return output;
  const shown = Object.entries(output.data).filter(([mime]) => mime !== GATHERED_MIME && mime !== CONTROL_MIME);
  return { ...output, data: Object.fromEntries(shown) };
}

const isText = (value: unknown): value is string => typeof value === "string";

function partText({ name, status, error, outputs }: GatheredPart): string {
  if (error !== "") return `${name}: ${error}`;
  const texts = outputs.map((output) => {
    if (output.output_type === "stream") return output.text.trimEnd();
    return output.output_type === "error" ? "" : output.data["text/plain"];
  });
  return `${name}: ${texts.filter(isText).join(" ") || status}`;
}
