import { unixMs } from "#shared/base/units.ts";
import { deleteCells, moveCells } from "#shared/notebook/editCells.ts";
import { readNotebook } from "#shared/notebook/readNotebook.ts";
import { META, notebookRoots } from "#shared/notebook/schema.ts";
import { fakeId } from "../fake/FakeMeshbook.ts";
import type { FakeNotebookSession } from "../fake/FakeNotebookSession.ts";
import { printed } from "./demoNotebook.ts";

/** What a test may do to the notebook on the stage, as if somebody else did it. */
export interface StageHands {
  sources(): readonly string[];
  moveFirstDown(): void;
  deleteActive(): void;
  giveMissing(): void;
  /** Somebody with a newer version writes what this one must not edit. */
  outgrow(): void;
}

export function stageHands(session: FakeNotebookSession): StageHands {
  const { doc } = session;
  const cells = () => readNotebook(doc).cells;
  return {
    sources: () => cells().map((cell) => cell.source),
    moveFirstDown: () => moveCells(doc, [cells()[0]!.id], "end"),
    deleteActive: () => {
      const active = document.querySelector(".cell--active")?.getAttribute("data-cell");
      const ids = cells().filter((cell) => cell.id === active);
      const by = { peer: fakeId("ben"), name: "Ben", at: unixMs(Date.now()) };
      deleteCells(
        doc,
        ids.map((cell) => cell.id),
        by,
      );
    },
    giveMissing: () => {
      const output = printed("x".repeat(40_000));
      session.store([output]);
    },
    outgrow: () => void notebookRoots(doc).meta.set(META.minReader, 99),
  };
}
