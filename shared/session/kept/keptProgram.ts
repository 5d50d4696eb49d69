import { GIVEN_HOOK } from "../../contracts/kernel/clusterCalls.ts";
import { asciiText } from "../cluster/taskPrograms.ts";
import { KEPT_HOOK, type KeptName, type KeptPart } from "../../contracts/kernel/keptValues.ts";
import { EXPORT_HOOK } from "../../dataflow/javascript/insertions.ts";
import type { FlowCell } from "../../dataflow/resolveInputs.ts";
import type { GatheredPart } from "../../notebook/gathered/gathered.ts";

const NO_INPUTS: FlowCell["inputs"] = new Map();

/** A cell that has its values from text, and reads nothing, in place of one that would make them. */
export function keptCell(cell: FlowCell, names: Readonly<Record<string, KeptName>>): FlowCell {
  const text = JSON.stringify(Object.values(names));
  return dataCell(cell, Object.keys(names), `${EXPORT_HOOK}(${KEPT_HOOK}(${JSON.stringify(text)}))`);
}

/** A cell in place of one whose values are there as text, in its own language: they are what it would give. */
export function keptValuesCell(cell: FlowCell, values: Readonly<Record<string, string>>): FlowCell {
  const { compiled } = cell;
  if (!compiled.ok || compiled.value.language !== "python") {
    const names = Object.entries(values).map(([name, value]): [string, KeptName] => [name, { value }]);
    return keptCell(cell, Object.fromEntries(names));
  }
  const { imports } = compiled.value;
  const code = Object.entries(values).map(([name, text]) => `${name} = ${GIVEN_HOOK}(${asciiText(text)})`);
  const names = { defines: Object.keys(values), inputs: [], globals: [], fallbacks: [] };
  // What it imports is still needed: values may be of types from there.
  const program = { language: "python", code: code.join("\n"), ...names, ...(imports && { imports }) } as const;
  return {
    id: cell.id,
    source: cell.source,
    compiled: { ok: true, value: program },
    inputs: NO_INPUTS,
    unresolved: new Map(),
  };
}

/** A cell in place of one whose values should be there and are not. */
export const missingCell = (cell: FlowCell, reason: string): FlowCell =>
  dataCell(cell, [], `throw new Error(${JSON.stringify(reason)})`);

function dataCell({ id, source }: FlowCell, defines: readonly string[], body: string): FlowCell {
  const code = `"use strict";${body}`;
  const names = { defines, inputs: [], globals: [], fallbacks: [] };
  const compiled = { ok: true, value: { language: "javascript", code, ...names } } as const;
  return { id, source, compiled, inputs: NO_INPUTS, unresolved: new Map() };
}

/** What each computer has of each name that the cell defines. */
export function namesGathered(
  defines: readonly string[],
  parts: readonly GatheredPart[],
): Readonly<Record<string, KeptName>> {
  return Object.fromEntries(defines.map((name) => [name, { parts: parts.map((part) => partOf(part, name)) }]));
}

function partOf({ peer, name: computer, status, error, duration, kept }: GatheredPart, name: string): KeptPart {
  const known = { peer, name: computer, status, durationMs: duration };
  if (status !== "ok") return { ...known, error };
  const value = Object.hasOwn(kept.values, name) ? kept.values[name] : undefined;
  if (value !== undefined) return { ...known, value };
  const reason = Object.hasOwn(kept.reasons, name) ? kept.reasons[name] : undefined;
  return { ...known, error: reason ?? `${name} was not given a value` };
}
