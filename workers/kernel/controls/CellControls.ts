import { CONTROL_MIME } from "#shared/notebook/controls/controlMime.ts";
import {
  CONTROL_LIMIT,
  fitting,
  keyOf,
  type Control,
  type ControlValue,
  type ControlValues,
} from "#shared/notebook/controls/control.ts";
import { parseControl } from "#shared/notebook/controls/parseControl.ts";
import type { JsonObject } from "#shared/base/parse.ts";
import type { RunOutputs } from "../RunOutputs.ts";
import { draftOf } from "./draftOf.ts";

/** The controls of one run of a cell: each is shown, and stands where somebody moved it. Of all languages. */
export class CellControls {
  readonly #moved: ControlValues;
  readonly #outputs: RunOutputs;
  readonly #keys = new Set<string>();

  constructor(moved: ControlValues | undefined, outputs: RunOutputs) {
    this.#moved = moved ?? {};
    this.#outputs = outputs;
  }

  /**
   * Shows a control, and gives where it stands (undefined: of a file that nobody chose).
   * @throws TypeError that says what is wrong with the options
   */
  show(kind: string, options: JsonObject): ControlValue | undefined {
    const { label, shared, ...rest } = draftOf(kind, options);
    const key = this.#keyOf(shared, label === "" ? kind : label);
    const control = parseControl({ kind, key, label, shared, ...rest });
    if (control === undefined) throw new TypeError(`Inputs.${kind}: this cannot be shown as a control`);
    const moved = Object.hasOwn(this.#moved, key) ? this.#moved[key] : undefined;
    const value = fitting(control, moved) ?? control.value;
    this.#outputs.show({
      output_type: "display_data",
      // reason: the control was read from JSON-like data just now.
      data: { [CONTROL_MIME]: control as unknown as JsonObject, "text/plain": inWords(control, value) },
      metadata: {},
    });
    return value;
  }

  #keyOf(shared: boolean, name: string): string {
    if (this.#keys.size >= CONTROL_LIMIT) throw new RangeError(`a cell may show ${CONTROL_LIMIT} controls`);
    let key = keyOf(shared, name);
    for (let number = 2; this.#keys.has(key); number++) key = keyOf(shared, `${name} ${number}`);
    this.#keys.add(key);
    return key;
  }
}

/** For readers that show text only. */
function inWords({ label, kind }: Control, value: ControlValue | undefined): string {
  const name = label === "" ? kind : label;
  if (kind === "button") return `[${name}]`;
  if (value === undefined) return `${name}: no file chosen`;
  if (Array.isArray(value)) return `${name}: ${value.length} rows chosen`;
  return `${name}: ${typeof value === "object" && "name" in value ? value.name : String(value)}`;
}
