import { isRecord, readNumber, readString } from "../base/parse.ts";
import type { CellOutput } from "./output.ts";
import { PROGRESS_MIME } from "./progressMime.ts";

/** How far a run has come. A run has one; each new one takes the place of the one before. */
export interface Progress {
  readonly done: number;
  /** Above 0. */
  readonly total: number;
  /** What goes on now, for people; may be empty. */
  readonly text: string;
}

/** Characters of the text beside the bar. */
const TEXT_LIMIT = 200;

/** Progress from what a cell gives: what is no number counts as nothing done, and of one thing. */
export function createProgress(done: unknown, total: unknown, text: unknown): Progress {
  const of = toNumber(total, 1);
  const whole = of > 0 ? of : 1;
  return {
    done: Math.min(Math.max(toNumber(done, 0), 0), whole),
    total: whole,
    text: toText(text).slice(0, TEXT_LIMIT),
  };
}

/** As an output of a cell; whoever does not know the kind shows its text. */
export function progressOutput({ done, total, text }: Progress): CellOutput {
  const words = `${percentOf({ done, total })} %${text === "" ? "" : ` · ${text}`}`;
  return {
    output_type: "display_data",
    data: { [PROGRESS_MIME]: { done, total, text }, "text/plain": words },
    metadata: {},
  };
}

/** From 0 to 100. Of the largest numbers a product would be infinite. */
export const percentOf = ({ done, total }: Pick<Progress, "done" | "total">): number =>
  Math.floor((done / total) * 100);

export const isProgress = (output: CellOutput): boolean =>
  output.output_type === "display_data" && Object.hasOwn(output.data, PROGRESS_MIME);

/** Reads what stands under `PROGRESS_MIME`; undefined for anything else. */
export function parseProgress(value: unknown): Progress | undefined {
  if (!isRecord(value)) return undefined;
  const total = readNumber(value["total"], Number.MIN_VALUE, Number.MAX_VALUE);
  const done = total === undefined ? undefined : readNumber(value["done"], 0, total);
  if (total === undefined || done === undefined) return undefined;
  return { done, total, text: readString(value["text"], TEXT_LIMIT) ?? "" };
}

function toText(value: unknown): string {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "bigint" ? String(value) : "";
}

function toNumber(value: unknown, otherwise: number): number {
  const number = typeof value === "bigint" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : otherwise;
}
