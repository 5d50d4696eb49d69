import { describe, expect, it } from "vitest";
import { unixMs } from "#shared/base/units.ts";
import { deleteCells, insertCells, restoreCells } from "#shared/notebook/editCells.ts";
import { activate } from "../../../../renderer/state/notebookUi.ts";
import { fakeId } from "../../../support/fake/FakeMeshbook.ts";
import { openNotebook } from "../../../support/fake/openNotebook.ts";

const EMPTY = { kind: "code", language: "javascript", source: "" } as const;
const BEN = { peer: fakeId("ben"), name: "Ben", at: unixMs(1) };

describe("the cell we are in, deleted by somebody else", () => {
  it("leaves a notice in its place and no active cell, so that typing goes nowhere", () => {
    const { notebook, session, ids, app } = openNotebook("one", "two", "three");
    activate(notebook.ui, ids[1], "edit");
    deleteCells(session.doc, [ids[1]!], BEN);
    expect(notebook.ui.getState()).toMatchObject({
      active: undefined,
      mode: "command",
      deletedNotices: [{ cell: ids[1], by: "Ben", before: ids[2] }],
    });
    expect(app.toasts.getState().announcement.text).toContain("Ben deleted the cell you were in");
  });

  it("cannot be followed by keys that insert, paste or delete", () => {
    const { notebook, session, ids, run, sources } = openNotebook("one", "two");
    activate(notebook.ui, ids[0], "edit");
    deleteCells(session.doc, [ids[0]!], BEN);
    run("cell.insertBelow", "cell.delete", "cell.cut", "cell.toMarkdown");
    expect(sources()).toEqual(["two"]);
  });

  it("takes its notice away when it is restored, by whomever", () => {
    const { notebook, session, ids } = openNotebook("one", "two");
    activate(notebook.ui, ids[0], "edit");
    deleteCells(session.doc, [ids[0]!], BEN);
    restoreCells(session.doc, [ids[0]!]);
    expect(notebook.ui.getState().deletedNotices).toEqual([]);
  });

  it("says nothing when another cell was deleted", () => {
    const { notebook, session, ids } = openNotebook("one", "two");
    activate(notebook.ui, ids[0]);
    deleteCells(session.doc, [ids[1]!], BEN);
    expect(notebook.ui.getState()).toMatchObject({ active: ids[0], deletedNotices: [] });
  });
});

describe("a notebook that arrives after it was opened", () => {
  it("is begun in its text where it is new, as one that was there at once", () => {
    const { notebook, session } = openNotebook();
    expect(notebook.ui.getState()).toMatchObject({ active: undefined, mode: "command" });
    const [cell] = insertCells(session.doc, "end", [EMPTY]);
    expect(notebook.ui.getState()).toMatchObject({ active: cell, mode: "edit", focusRequest: 1 });
  });

  it("is begun in its first cell where there is something to read", () => {
    const { notebook, session } = openNotebook();
    const [cell] = insertCells(session.doc, "end", [{ ...EMPTY, source: "1 + 1" }, EMPTY]);
    expect(notebook.ui.getState()).toMatchObject({ active: cell, mode: "command", focusRequest: 0 });
  });

  it("takes the keyboard for no cell that others put where all were deleted", () => {
    const { notebook, session, ids } = openNotebook("one");
    activate(notebook.ui, ids[0], "edit");
    deleteCells(session.doc, [ids[0]!], BEN);
    insertCells(session.doc, "end", [EMPTY]);
    expect(notebook.ui.getState().mode).toBe("command");
  });
});
