import { messageOf } from "#shared/base/errors.ts";
import { KEPT_MIME, type KeptName, type KeptPart } from "#shared/contracts/kernel/keptValues.ts";
import { KEPT_LIMIT } from "#shared/notebook/gathered/kept.ts";
import { pack, unpack } from "../cluster/travel.ts";
import type { Getter } from "../LanguageRuntime.ts";

const REASON_LIMIT = 500;

/** Shows the values of these names as text; of those that cannot be text, the reason. */
export function keepValues(getters: ReadonlyMap<string, Getter> | undefined, names: readonly string[]): object {
  const values: Record<string, string> = {};
  const reasons: Record<string, string> = {};
  let size = 0;
  for (const name of names) {
    try {
      const getter = getters?.get(name);
      if (getter === undefined) throw new TypeError(`${name} was not given a value`);
      const text = pack(getter(), name);
      if (size + text.length > KEPT_LIMIT) throw new RangeError(`${name} is too large: ${text.length} characters`);
      size += text.length;
      values[name] = text;
    } catch (error) {
      reasons[name] = messageOf(error).slice(0, REASON_LIMIT);
    }
  }
  return { [Symbol.for("Jupyter.display")]: () => ({ [KEPT_MIME]: { values, reasons } }) };
}

/** Getters of names that a program has as text, in the order of its names. */
export function keptGetters(text: string): readonly Getter[] {
  // reason: the program was made by `keptCell`.
  return (JSON.parse(text) as readonly KeptName[]).map((name) => {
    const value = "parts" in name ? name.parts.map(partValue) : unpack(name.value);
    return () => value;
  });
}

function partValue({ value, ...known }: KeptPart): object {
  return value === undefined ? known : { ...known, value: unpack(value) };
}
