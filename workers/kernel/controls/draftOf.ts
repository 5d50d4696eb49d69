import { isRecord, type JsonObject } from "#shared/base/parse.ts";
import {
  COLUMN_LIMIT,
  LABEL_LIMIT,
  onSlider,
  OPTION_LIMIT,
  ROW_LIMIT,
  TEXT_LIMIT,
  type SliderControl,
} from "#shared/notebook/controls/control.ts";
import { isScale } from "#shared/notebook/controls/parseControl.ts";

/** Steps of a slider whose cell says none. */
const STEPS = 100;

interface Draft {
  readonly label: string;
  readonly shared: boolean;
  readonly [field: string]: unknown;
}

/**
 * The fields of a control from what a cell says of it; what it leaves out is filled in.
 * @throws TypeError that says what is wrong
 */
export function draftOf(kind: string, options: JsonObject): Draft {
  const base = {
    label: textOf(options["label"]).slice(0, LABEL_LIMIT),
    shared: options["shared"] === true,
  };
  switch (kind) {
    case "slider":
      return { ...base, ...scaleOf(options) };
    case "text":
      return {
        ...base,
        value: textOf(options["value"]).slice(0, TEXT_LIMIT),
        placeholder: hint(options["placeholder"]),
      };
    case "select":
      return { ...base, ...choicesOf(options) };
    case "toggle":
      return { ...base, value: options["value"] === true };
    case "button":
      return { ...base, value: 0 };
    case "file":
      if (base.shared) throw new TypeError("Inputs.file cannot be shared: everybody chooses a file of their own");
      return { ...base, accept: hint(options["accept"]) };
    case "table":
      return { ...base, ...tableOf(options["rows"]), value: [] };
    default:
      throw new TypeError(`there is no control called ${kind}`);
  }
}

function scaleOf(options: JsonObject): Pick<SliderControl, "min" | "max" | "step" | "value"> {
  const min = numberOf("min", options["min"], 0);
  const max = numberOf("max", options["max"], min + 100);
  if (max < min) throw new TypeError(`Inputs.slider: max (${max}) is below min (${min})`);
  const whole = Number.isInteger(min) && Number.isInteger(max) && max - min > 1;
  const step = numberOf("step", options["step"], whole ? 1 : (max - min) / STEPS || 1);
  if (!isScale({ min, max, step }))
    throw new TypeError(`Inputs.slider: a step of ${step} is none from ${min} to ${max}`);
  const value = numberOf("value", options["value"], onSlider({ min, max, step }, min + (max - min) / 2));
  return { min, max, step, value: onSlider({ min, max, step }, value) };
}

function numberOf(name: string, value: unknown, otherwise: number): number {
  if (value === undefined || value === null) return otherwise;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new TypeError(`Inputs.slider: ${name} must be a number`);
}

function choicesOf(options: JsonObject): { readonly options: readonly string[]; readonly value: string } {
  const given = options["options"];
  if (!Array.isArray(given) || given.length === 0)
    throw new TypeError("Inputs.select: give a list of at least one choice");
  if (given.length > OPTION_LIMIT) throw new TypeError(`Inputs.select: at most ${OPTION_LIMIT} choices`);
  const texts = given.map((option) => textOf(option).slice(0, LABEL_LIMIT));
  if (new Set(texts).size < texts.length) throw new TypeError("Inputs.select: two choices look the same");
  const value = options["value"];
  const chosen = value === undefined || value === null ? texts[0] : texts.find((text) => text === textOf(value));
  if (chosen === undefined) throw new TypeError(`Inputs.select: ${textOf(value)} is none of the choices`);
  return { options: texts, value: chosen };
}

/** Of rows that are records. */
function tableOf(given: unknown): { columns: readonly string[]; rows: readonly (readonly string[])[]; total: number } {
  if (!Array.isArray(given)) throw new TypeError("Inputs.table: give a list of rows");
  const shown = given.slice(0, ROW_LIMIT).map((row: unknown) => (isRecord(row) ? row : { value: row }));
  const names = [...new Set(shown.flatMap((row) => Object.keys(row)))].slice(0, COLUMN_LIMIT);
  return {
    columns: names.map((name) => name.slice(0, LABEL_LIMIT)),
    rows: shown.map((row) => names.map((name) => textOf(row[name]).slice(0, LABEL_LIMIT))),
    total: given.length,
  };
}

const hint = (value: unknown): string => textOf(value).slice(0, LABEL_LIMIT);

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (value === undefined || value === null) return "";
  return JSON.stringify(value);
}
