import type { CellId } from "#shared/base/ids.ts";
import { isStale, type CellFlow } from "#shared/dataflow/flowView.ts";
import type { StaleReason } from "#shared/dataflow/staleReason.ts";
import { cellName } from "../running/cellWords.ts";

/** A sentence in parts: text, a name of a variable, a cell. */
export type Phrase = string | { readonly name: string } | { readonly cell: CellId };

/** Why a cell is out of date. */
export function reasonInWords(reason: StaleReason): readonly Phrase[] {
  switch (reason.kind) {
    case "changed":
      return ["Changed since"];
    case "broken":
      return ["Did not finish"];
    case "made-again":
      return [{ name: reason.name }, " changed in ", { cell: reason.cell }];
    case "outdated":
      return [{ name: reason.name }, " is out of date in ", { cell: reason.cell }];
    case "other-cell":
      return [{ name: reason.name }, " now comes from ", { cell: reason.cell }];
    case "deleted":
      return [{ name: reason.name }, " was defined by a cell that was deleted"];
    case "gone":
      return [{ name: reason.name }, " is not defined any more"];
    case "circle":
      return ["Needs itself"];
  }
}

/** A sentence as plain text. */
export const phraseText = (phrases: readonly Phrase[], order: readonly CellId[]): string =>
  phrases
    .map((phrase) =>
      typeof phrase === "string" ? phrase : "name" in phrase ? phrase.name : cellName(order, phrase.cell),
    )
    .join("");

/** What the last run of a cell is worth, or what is wrong with the cell, in a word or two. */
export function freshnessInWords(flow: CellFlow): string {
  const [problem] = flow.problems;
  if (problem !== undefined) return problem.kind === "circle" ? "Circle" : "Ambiguous";
  if (isStale(flow)) return "Out of date";
  switch (flow.freshness) {
    case "never":
      return "Not run yet";
    case "failed":
      return "Failed";
    default:
      return "Up to date";
  }
}
