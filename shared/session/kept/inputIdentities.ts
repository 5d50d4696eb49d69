import type { CellId } from "../../base/ids.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { isFunctionReason } from "../../contracts/kernel/keptValues.ts";
import type { NotebookFlow } from "../../dataflow/resolveInputs.ts";
import type { KeptValues } from "../../notebook/gathered/kept.ts";
import { identityOfCode, identityOfValue } from "./keptKey.ts";

/** What a kernel has of names of a cell; undefined if it could not be asked. */
export type ValuesOf = (cell: CellId, names: readonly string[]) => Promise<KeptValues | undefined>;

export interface Identities {
  /** Name → what tells its value from others. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Cell → the values read from it, of those cells all whose values that are read have a text. */
  readonly values: ReadonlyMap<CellId, Readonly<Record<string, string>>>;
}

/** Cells through which functions read one another; deeper than anybody writes. */
const DEEPEST = 50;

/** What tells the values that `cell` reads from others; or why that cannot be told, for people. */
export async function inputIdentities(
  flow: NotebookFlow,
  cell: CellId,
  valuesOf: ValuesOf,
  depth = 0,
): Promise<Result<Identities, string>> {
  if (depth > DEEPEST) return err("what it reads reads too much itself");
  const inputs: Record<string, string> = {};
  const values = new Map<CellId, Readonly<Record<string, string>>>();
  for (const [definer, names] of byDefiner(flow, cell)) {
    const kept = await valuesOf(definer, names);
    if (kept === undefined) return err(`what it reads could not be made: ${names.join(", ")}`);
    const whole = names.every((name) => Object.hasOwn(kept.values, name));
    // Only what was asked for: an agent may be hostile, and names become part of programs.
    if (whole) values.set(definer, Object.fromEntries(names.map((name) => [name, kept.values[name] ?? ""])));
    for (const name of names) {
      const identity = await identityOf(name, kept, () => codeIdentity(flow, definer, valuesOf, depth));
      if (!identity.ok) return identity;
      inputs[name] = identity.value;
    }
  }
  return ok({ inputs, values });
}

async function identityOf(
  name: string,
  { values, reasons }: KeptValues,
  ofCode: () => Promise<Result<string, string>>,
): Promise<Result<string, string>> {
  const text = Object.hasOwn(values, name) ? values[name] : undefined;
  if (text !== undefined) return ok(identityOfValue(text));
  const reason = Object.hasOwn(reasons, name) ? reasons[name] : undefined;
  if (reason !== undefined && isFunctionReason(reason, name)) return ofCode();
  return err(`it reads a value that cannot be compared: ${reason ?? name}`);
}

async function codeIdentity(
  flow: NotebookFlow,
  definer: CellId,
  valuesOf: ValuesOf,
  depth: number,
): Promise<Result<string, string>> {
  const compiled = flow.get(definer)?.compiled;
  const read = await inputIdentities(flow, definer, valuesOf, depth + 1);
  if (!read.ok) return read;
  return ok(identityOfCode(compiled?.ok === true ? compiled.value.code : "", read.value.inputs));
}

function byDefiner(flow: NotebookFlow, cell: CellId): ReadonlyMap<CellId, readonly string[]> {
  const found = new Map<CellId, string[]>();
  for (const [name, definer] of flow.get(cell)?.inputs ?? []) {
    const names = found.get(definer);
    if (names === undefined) found.set(definer, [name]);
    else names.push(name);
  }
  return found;
}
