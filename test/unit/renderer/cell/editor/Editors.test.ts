import { describe, expect, it, vi } from "vitest";
import * as Y from "yjs";
import { CellId } from "#shared/base/ids.ts";
import { Editors } from "../../../../../renderer/cell/editor/Editors.ts";
import { activate } from "../../../../../renderer/state/notebookUi.ts";
import { openNotebook } from "../../../../support/fake/openNotebook.ts";

const editor = () => ({
  text: new Y.Doc().getText(),
  focus: vi.fn(),
  atEdge: () => false,
  wantsEscape: () => false,
  caret: () => 0,
});

describe("an editor that is wanted before it is there", () => {
  it("gets the keyboard, and the caret its place, when it is mounted", () => {
    const [editors, cell, mounted] = [new Editors(), CellId.create(), editor()];
    editors.focus(cell, { line: 3 });
    editors.focus(cell);
    editors.add(cell, mounted);
    expect(mounted.focus.mock.calls).toEqual([[{ line: 3 }]]);
  });

  it("leaves the keyboard where it is, if its user left the text meanwhile", () => {
    const { notebook, ids } = openNotebook("one");
    const mounted = editor();
    activate(notebook.ui, ids[0], "edit");
    notebook.editors.focus(ids[0]!);
    activate(notebook.ui, ids[0], "command");
    notebook.editors.add(ids[0]!, mounted);
    expect(mounted.focus).not.toHaveBeenCalled();
  });
});

describe("an editor that is gone", () => {
  it("leaves its caret where it was in the text, whatever others write meanwhile", () => {
    const [editors, cell, mounted] = [new Editors(), CellId.create(), { ...editor(), caret: () => 2 }];
    mounted.text.insert(0, "12");
    editors.add(cell, mounted)();
    mounted.text.insert(0, "0");
    expect(editors.caret(cell)).toBe(3);
  });
});
