import type { ValueFacts } from "#shared/ports/Kernel.ts";
import { builtInFacts } from "./builtInFacts.ts";

/** Lines of documentation shown. */
const DOC_LINES = 12;

/** What is known of a value, to be shown beside a name. Only texts: what they say comes from strangers' code. */
export function showFacts(
  path: readonly string[],
  facts: ValueFacts | undefined,
  definer: number | undefined,
): HTMLElement {
  const box = document.createElement("div");
  box.className = "facts";
  const name = path.at(-1) ?? "";
  const known = builtInFacts(path);
  const signature = facts?.signature ?? known?.signature;
  const type = facts === undefined ? "" : `: ${facts.type}`;
  add(box, "facts__head", signature === undefined ? `${name}${type}` : `${name}${signature}`);
  if (facts !== undefined && signature === undefined) {
    if (facts.preview !== "") add(box, "facts__value", facts.preview);
    if (facts.size !== undefined) add(box, "facts__note", facts.size);
  }
  const doc = facts?.doc ?? known?.doc;
  if (doc !== undefined) add(box, "facts__doc", firstLines(doc));
  if (definer !== undefined) add(box, "facts__note", `defined in cell ${definer}`);
  return box;
}

function add(box: HTMLElement, className: string, text: string): void {
  const line = document.createElement("div");
  line.className = className;
  line.textContent = text;
  box.append(line);
}

function firstLines(doc: string): string {
  const lines = doc.split("\n");
  return lines.length > DOC_LINES ? `${lines.slice(0, DOC_LINES).join("\n")}\n…` : doc;
}
