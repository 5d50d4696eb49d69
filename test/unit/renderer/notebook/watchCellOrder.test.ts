import { describe, expect, it } from "vitest";
import { cellSource } from "#shared/notebook/cell.ts";
import { moveCells, setCellKind, setCellOption } from "#shared/notebook/editCells.ts";
import { notebookRoots } from "#shared/notebook/schema.ts";
import { openNotebook } from "../../../support/fake/openNotebook.ts";

describe("watchCellOrder", () => {
  it("wakes for inserts, deletes and moves, and for nothing else", () => {
    const { notebook, session, ids } = openNotebook("one", "two");
    let wakes = 0;
    notebook.order.subscribe(() => wakes++);
    cellSource(notebookRoots(session.doc).cells, ids[0]!)?.insert(0, "typed");
    setCellOption(session.doc, ids[0]!, "outputsHidden", true);
    setCellKind(session.doc, ids[0]!, "markdown");
    expect(wakes).toBe(0);
    moveCells(session.doc, [ids[0]!], "end");
    session.history.insert("end", [{ kind: "code", language: "", source: "" }]);
    session.history.delete([ids[1]!]);
    expect(wakes).toBe(3);
    expect(notebook.order.get().slice(0, 1)).toEqual([ids[0]]);
  });
});
