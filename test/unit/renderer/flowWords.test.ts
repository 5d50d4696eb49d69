import { expect, it } from "vitest";
import type { CellId } from "#shared/base/ids.ts";
import type { StaleReason } from "#shared/dataflow/staleReason.ts";
import { problemInWords } from "../../../renderer/dataflow/FlowProblems.tsx";
import { phraseText, reasonInWords } from "../../../renderer/dataflow/flowWords.ts";

const order = ["a", "b", "c", "d"] as CellId[];
const [a, b, c, d] = order as [CellId, CellId, CellId, CellId];

it("says why a cell is out of date", () => {
  const words = (reason: StaleReason): string => phraseText(reasonInWords(reason), order);
  expect(words({ kind: "made-again", name: "x", cell: d })).toBe("x changed in cell 4");
  expect(words({ kind: "outdated", name: "x", cell: a })).toBe("x is out of date in cell 1");
  expect(words({ kind: "other-cell", name: "x", cell: b })).toBe("x now comes from cell 2");
  expect(words({ kind: "deleted", name: "x", cell: "gone" as CellId })).toBe(
    "x was defined by a cell that was deleted",
  );
  expect(words({ kind: "gone", name: "x" })).toBe("x is not defined any more");
});

it("says what is wrong between cells, and what to do", () => {
  expect(phraseText(problemInWords({ kind: "circle", cells: [a, b, c] }), order)).toBe(
    "These cells read from one another in a circle: cell 1, cell 2 and cell 3. Put what they share into one cell.",
  );
  expect(phraseText(problemInWords({ kind: "ambiguous", name: "z", cells: [c, d] }), order)).toBe(
    "z is defined below by cell 3 and cell 4. Move the one you mean above this cell.",
  );
});
