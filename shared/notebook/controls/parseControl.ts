import { isRecord, readArray, readBoolean, readInteger, readNumber, readString } from "../../base/parse.ts";
import {
  COLUMN_LIMIT,
  isSharedKey,
  KEY_LIMIT,
  LABEL_LIMIT,
  onSlider,
  OPTION_LIMIT,
  ROW_LIMIT,
  TEXT_LIMIT,
  type Control,
  type SelectControl,
  type SliderControl,
  type TableControl,
} from "./control.ts";

type Fields = Record<string, unknown>;
type Base = Pick<Control, "key" | "label" | "shared">;

/** Reads what stands under `CONTROL_MIME`; undefined for what no sound kernel shows. */
export function parseControl(value: unknown): Control | undefined {
  if (!isRecord(value)) return undefined;
  const key = readString(value["key"], KEY_LIMIT);
  const label = readString(value["label"], LABEL_LIMIT);
  const shared = readBoolean(value["shared"]);
  if (key === undefined || label === undefined || shared === undefined || isSharedKey(key) !== shared) return undefined;
  return parseKind(value, { key, label, shared });
}

function parseKind(value: Fields, base: Base): Control | undefined {
  switch (value["kind"]) {
    case "slider":
      return parseSlider(value, base);
    case "text": {
      const [text, placeholder] = [
        readString(value["value"], TEXT_LIMIT),
        readString(value["placeholder"], LABEL_LIMIT),
      ];
      if (text === undefined || placeholder === undefined) return undefined;
      return { ...base, kind: "text", placeholder, value: text };
    }
    case "select":
      return parseSelect(value, base);
    case "toggle": {
      const on = readBoolean(value["value"]);
      return on === undefined ? undefined : { ...base, kind: "toggle", value: on };
    }
    case "button":
      return { ...base, kind: "button", value: 0 };
    case "file": {
      const accept = readString(value["accept"], LABEL_LIMIT);
      // A file is chosen for oneself: it would weigh on everybody.
      return accept === undefined || base.shared ? undefined : { ...base, kind: "file", accept, value: undefined };
    }
    case "table":
      return parseTable(value, base);
    default:
      return undefined;
  }
}

function parseSlider(value: Fields, base: Base): SliderControl | undefined {
  const min = readNumber(value["min"], -Number.MAX_VALUE, Number.MAX_VALUE);
  const max = min === undefined ? undefined : readNumber(value["max"], min, Number.MAX_VALUE);
  const step = readNumber(value["step"], Number.MIN_VALUE, Number.MAX_VALUE);
  if (min === undefined || max === undefined || step === undefined || !isScale({ min, max, step })) return undefined;
  const at = readNumber(value["value"], min, max);
  return at === undefined
    ? undefined
    : { ...base, kind: "slider", min, max, step, value: onSlider({ min, max, step }, at) };
}

/** True where steps can be counted. */
export const isScale = ({ min, max, step }: Pick<SliderControl, "min" | "max" | "step">): boolean =>
  step > 0 && max >= min && (max - min) / step <= Number.MAX_SAFE_INTEGER;

function parseSelect(value: Fields, base: Base): SelectControl | undefined {
  const options = readArray(value["options"], OPTION_LIMIT, (option) => readString(option, LABEL_LIMIT));
  const chosen = options?.find((option) => option === value["value"]);
  return options === undefined || chosen === undefined
    ? undefined
    : { ...base, kind: "select", options, value: chosen };
}

function parseTable(value: Fields, base: Base): TableControl | undefined {
  const columns = readArray(value["columns"], COLUMN_LIMIT, (name) => readString(name, LABEL_LIMIT));
  if (columns === undefined) return undefined;
  const rows = readArray(value["rows"], ROW_LIMIT, (row) => {
    const cells = readArray(row, columns.length, (cell) => readString(cell, LABEL_LIMIT));
    return cells?.length === columns.length ? cells : undefined;
  });
  const total = rows && readInteger(value["total"], rows.length, Number.MAX_SAFE_INTEGER);
  if (rows === undefined || total === undefined) return undefined;
  return { ...base, kind: "table", columns, rows, total, value: [] };
}
