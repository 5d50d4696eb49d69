// Controls of a cell (`Inputs.slider(…)`): what a cell says of one in its output, and where people moved it. The output
// holds what the code gives it at first; where it stands now is kept beside the runs, so that moving one writes no run.

import { isRecord, readArray, readBoolean, readInteger, readNumber, readString } from "../../base/parse.ts";
import { mib, type Bytes } from "../../base/units.ts";

/** A file that somebody chose. */
export interface FileValue {
  readonly name: string;
  /** Mime type as the browser tells it; may be empty. */
  readonly type: string;
  readonly base64: string;
}

/**
 * Where a control stands: of a slider a number, of a text, or a choice, its text, of a button how often it was pressed, of
 * a table the numbers of the chosen rows.
 */
export type ControlValue = number | string | boolean | readonly number[] | FileValue;
/** Key of a control in its cell → where somebody moved it. */
export type ControlValues = Readonly<Record<string, ControlValue>>;

interface ControlBase {
  /** Names it among those of its cell. Begins with whose it is, so that nobody takes the one for the other. */
  readonly key: string;
  readonly label: string;
  /** True: it stands for everybody where somebody moved it. False: everybody has their own. */
  readonly shared: boolean;
}
export type SliderControl = ControlBase & {
  readonly kind: "slider";
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly value: number;
};
export type TextControl = ControlBase & {
  readonly kind: "text";
  readonly placeholder: string;
  readonly value: string;
};
export type SelectControl = ControlBase & {
  readonly kind: "select";
  readonly options: readonly string[];
  readonly value: string;
};
export type ToggleControl = ControlBase & { readonly kind: "toggle"; readonly value: boolean };
export type ButtonControl = ControlBase & { readonly kind: "button"; readonly value: 0 };
export type FileControl = ControlBase & { readonly kind: "file"; readonly accept: string; readonly value: undefined };
export type TableControl = ControlBase & {
  readonly kind: "table";
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Rows there are, of which `rows` are the first. */
  readonly total: number;
  readonly value: readonly number[];
};
export type Control =
  | SliderControl
  | TextControl
  | SelectControl
  | ToggleControl
  | ButtonControl
  | FileControl
  | TableControl;
export type ControlKind = Control["kind"];

/** UTF-16 units of a label, a placeholder, the text of a choice. */
export const LABEL_LIMIT = 200;
/** UTF-16 units of a key: whose it is, its label, and a number if another has the same. */
export const KEY_LIMIT = LABEL_LIMIT + 20;
/** UTF-16 units of a text: it goes to everybody with each pause in typing. */
export const TEXT_LIMIT = 10_000;
/** Choices of one control: more cannot be looked through. */
export const OPTION_LIMIT = 1_000;
/** Rows and columns of a table to choose from; others are not shown. */
export const ROW_LIMIT = 500;
export const COLUMN_LIMIT = 20;
/** A chosen file is handed to the kernel with each run of its cell. */
export const FILE_LIMIT: Bytes = mib(5);
const COUNT_LIMIT = Number.MAX_SAFE_INTEGER;
const LARGEST = Number.MAX_VALUE;

export const keyOf = (shared: boolean, name: string): string => `${shared ? "shared" : "own"}:${name}`;
export const isSharedKey = (key: string): boolean => key.startsWith("shared:");

/** The nearest place to `value` at which a slider can stand. */
export function onSlider({ min, max, step }: Pick<SliderControl, "min" | "max" | "step">, value: number): number {
  const steps = Math.round((Math.min(Math.max(value, min), max) - min) / step);
  const last = Math.floor((max - min) / step + 1e-9);
  // Sums of tenths are no tenths: 0.1 × 3 is to be 0.3.
  return Number((min + Math.min(steps, last) * step).toPrecision(12));
}

/** `value` where the control can stand there, else undefined. */
export function fitting(control: Control, value: unknown): ControlValue | undefined {
  switch (control.kind) {
    case "slider": {
      const number = readNumber(value, control.min, control.max);
      return number === undefined ? undefined : onSlider(control, number);
    }
    case "text":
      return readString(value, TEXT_LIMIT);
    case "select":
      return control.options.find((option) => option === value);
    case "toggle":
      return readBoolean(value);
    case "button":
      return readInteger(value, 0, COUNT_LIMIT);
    case "file":
      return readFile(value);
    case "table":
      return readArray(value, ROW_LIMIT, (row) => readInteger(row, 0, control.total - 1));
  }
}

/** Reads where a control stands, whatever its kind; undefined for what stands for no control. */
export function parseControlValue(value: unknown): ControlValue | undefined {
  return (
    readNumber(value, -LARGEST, LARGEST) ??
    readString(value, TEXT_LIMIT) ??
    readBoolean(value) ??
    readArray(value, ROW_LIMIT, (row) => readInteger(row, 0, COUNT_LIMIT)) ??
    readFile(value)
  );
}

/** Reads where the controls of a cell stand; what stands for none is left out. */
export function parseControlValues(value: unknown): ControlValues {
  if (!isRecord(value)) return {};
  const entries = Object.entries(value).slice(0, CONTROL_LIMIT);
  const values: Record<string, ControlValue> = {};
  for (const [key, entry] of entries) {
    const read = key.length <= KEY_LIMIT ? parseControlValue(entry) : undefined;
    if (read !== undefined) values[key] = read;
  }
  return values;
}

/** Controls of one cell. */
export const CONTROL_LIMIT = 100;

function readFile(value: unknown): FileValue | undefined {
  if (!isRecord(value)) return undefined;
  const name = readString(value["name"], LABEL_LIMIT);
  const type = readString(value["type"], LABEL_LIMIT);
  const base64 = readString(value["base64"], Math.ceil(FILE_LIMIT / 3) * 4);
  return name === undefined || type === undefined || base64 === undefined ? undefined : { name, type, base64 };
}
