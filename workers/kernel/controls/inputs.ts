import { isRecord, type JsonObject } from "#shared/base/parse.ts";
import type { FileValue } from "#shared/notebook/controls/control.ts";
import type { CellControls } from "./CellControls.ts";

type Options = Readonly<Record<string, unknown>>;

/** `Inputs` of a cell in JavaScript: functions that show a control and give the value it stands at. */
export interface Inputs {
  /** `Inputs.slider({label, min, max, step, value})` → number */
  slider(options?: Options): unknown;
  /** The same as Observable writes it: `Inputs.range([0, 10], {label, step, value})` */
  range(extent?: readonly unknown[] | Options, options?: Options): unknown;
  /** `Inputs.select(["a", "b"], {label, value})` → the choice; of a `Map`, its value */
  select(choices: Iterable<unknown> | Options, options?: Options): unknown;
  /** → text */
  text(options?: Options): unknown;
  /** → true or false */
  toggle(options?: Options): unknown;
  /** `Inputs.button("Roll again")` → how often it was pressed */
  button(label?: unknown, options?: Options): unknown;
  /** → a `File`, undefined until one was chosen */
  file(options?: Options): unknown;
  /** `Inputs.table(rows, {label})` → the rows that were chosen */
  table(rows: Iterable<unknown>, options?: Options): unknown;
}

export function inputsOf(controls: CellControls): Inputs {
  const show = (kind: string, options: Options): unknown => controls.show(kind, plain(options));
  return Object.freeze<Inputs>({
    slider: (options = {}) => show("slider", options),
    range: (extent = {}, options = {}) => {
      // reason: what is no list is the options.
      if (!isList(extent)) return show("slider", extent);
      return show("slider", { min: extent[0], max: extent[1], ...options });
    },
    select: (choices, options) => select(show, choices, options),
    text: (options = {}) => show("text", options),
    toggle: (options = {}) => show("toggle", options),
    button: (label, options = {}) => {
      const said = isRecord(label) ? label : { label: label ?? "Run", ...options };
      return show("button", said);
    },
    file: (options = {}) => {
      const chosen = show("file", options);
      // reason: of a file `show` gives what somebody chose, or undefined.
      return chosen === undefined ? undefined : fileOf(chosen as FileValue);
    },
    table: (rows, options = {}) => {
      const all = [...rows];
      const chosen = show("table", { ...options, rows: all });
      return Array.isArray(chosen) ? chosen.map((row: number) => all[row]) : [];
    },
  });
}

function select(
  show: (kind: string, options: Options) => unknown,
  choices: Iterable<unknown> | Options,
  options: Options = {},
): unknown {
  if (!(Symbol.iterator in choices)) return select(show, choices["options"] as Iterable<unknown>, choices); // reason: see Inputs
  const entries = choices instanceof Map ? [...choices] : [...choices].map((value) => [value, value] as const);
  const texts = entries.map(([name]) => wordOf(name));
  const first = entries.findIndex(([, value]) => Object.is(value, options["value"]));
  const value = first < 0 ? options["value"] : texts[first];
  const chosen = show("select", { ...options, options: texts, value });
  return entries[texts.indexOf(String(chosen))]?.[1];
}

/** How a choice is written: a text as it is, anything else as JSON. */
function wordOf(value: unknown): string {
  return typeof value === "string" ? value : String(toJson(value));
}

const toJson = (value: unknown): string | undefined =>
  JSON.stringify(value, (_, one: unknown) => (typeof one === "bigint" ? Number(one) : one));

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

/** Options as plain data. */
function plain(options: Options): JsonObject {
  const read: unknown = JSON.parse(toJson(options) ?? "{}");
  // reason: it was just read from JSON text.
  return isRecord(read) ? (read as JsonObject) : {};
}

function fileOf({ name, type, base64 }: FileValue): File {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return new File([bytes], name, { type });
}
