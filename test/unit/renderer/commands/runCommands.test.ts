import { describe, expect, it } from "vitest";
import { setCellKind, setCellLanguage } from "#shared/notebook/editCells.ts";
import { execute } from "../../../../renderer/commands/runCommands.ts";
import { activate } from "../../../../renderer/state/notebookUi.ts";
import { fakeId } from "../../../support/fake/FakeMeshbook.ts";
import { openNotebook } from "../../../support/fake/openNotebook.ts";

describe("run commands", () => {
  it("run the cell and go to the next, past the last into a new one", () => {
    const { run, notebook, session, ids, sources } = openNotebook("1", "2");
    run("run.andNext");
    expect(notebook.ui.getState()).toMatchObject({ active: ids[1], mode: "command" });
    run("run.andNext");
    expect([sources(), notebook.ui.getState().mode]).toEqual([["1", "2", ""], "edit"]);
    expect(session.executed.map(({ cells }) => cells)).toEqual([[ids[0]], [ids[1]]]);
  });

  it("run in place and leave the text", () => {
    const { run, notebook, ids } = openNotebook("1", "2");
    activate(notebook.ui, ids[0], "edit");
    run("run.cell");
    expect(notebook.ui.getState()).toMatchObject({ active: ids[0], mode: "command" });
  });

  it("run and insert below, ready for writing", () => {
    const { run, sources, notebook } = openNotebook("1", "2");
    run("run.andInsert");
    expect([sources(), notebook.ui.getState().mode]).toEqual([["1", "", "2"], "edit"]);
  });

  it("run all code cells in order, and say what cannot run here", () => {
    const { run, session, ids, app } = openNotebook("1", "text", "import numpy", "2");
    setCellKind(session.doc, ids[1]!, "markdown");
    setCellLanguage(session.doc, ids[2]!, "julia");
    run("run.all");
    expect(session.executed).toEqual([{ cells: [ids[0], ids[3]], placement: undefined }]);
    expect(app.toasts.getState().shown.map((toast) => toast.text)).toEqual(["Julia cannot run here yet"]);
  });

  it("let an agent take a language that does not run here", () => {
    const { session, ids, app, notebook } = openNotebook("import numpy");
    setCellLanguage(session.doc, ids[0]!, "julia");
    const placement = { at: "agent", agent: fakeId("lab1") } as const;
    execute(notebook, app, [ids[0]!], placement);
    expect(session.executed).toEqual([{ cells: [ids[0]], placement }]);
  });

  it("stop only when something of ours runs", () => {
    const { run, session, ids } = openNotebook("1");
    session.runTime = 1_000_000;
    run("run.cell");
    expect(session.busy.get()).toBe(1);
    run("run.stopAll");
    expect([session.busy.get(), session.activity(ids[0]!).get().state]).toEqual([0, "idle"]);
  });
});
