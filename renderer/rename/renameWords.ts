import type { CellId } from "#shared/base/ids.ts";
import type { RenameRefusal } from "#shared/dataflow/rename/planRename.ts";

/** Why a variable cannot be called so, for people. `cellName`: as in a sentence. */
export function refusalInWords(refusal: RenameRefusal, to: string, cellName: (cell: CellId) => string): string {
  switch (refusal.reason) {
    case "unknown":
      return "No cell defines this variable.";
    case "same":
      return "It has this name already.";
    case "private":
      return "Names that begin with _ stay inside their cell: other cells could not read it.";
    case "no-name":
      return `“${to}” cannot be a name in the language of ${cellName(refusal.cell)}.`;
    case "broken":
      return `Places in ${cellName(refusal.cell)} cannot be found while that cell has a mistake.`;
    case "package":
      return `In ${cellName(refusal.cell)} it is a package, which can have no other name.`;
    case "type":
      return `In ${cellName(refusal.cell)} a type has a parameter of this name: change the names there by hand.`;
    case "word":
      return `In ${cellName(refusal.cell)} it may also be the name of a column: change the names there by hand.`;
    case "taken":
      return `“${to}” already means something else in ${cellName(refusal.cell)}.`;
  }
}
