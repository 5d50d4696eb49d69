import type { Expression } from "./syntax/nodes.ts";

/** Adds the names to which `target` gives a value: of items and attributes it gives the name itself none. */
export function targetNames(target: Expression, names: Set<string>): void {
  if (target.type === "Name") names.add(target.name);
  else if (target.type === "Sequence") for (const element of target.elements) targetNames(element, names);
}
