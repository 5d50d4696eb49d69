import { describe, expect, it } from "vitest";
import { CellId } from "#shared/base/ids.ts";
import {
  activate,
  cellAfterRemoval,
  createNotebookUi,
  extendTo,
  isSelected,
  noteFocus,
  selectedCells,
} from "../../../../renderer/state/notebookUi.ts";

const [a, b, c, d] = ["a", "b", "c", "d"].map((id) => CellId.parse(id)!) as [CellId, CellId, CellId, CellId];
const order = [a, b, c, d];

describe("where one begins", () => {
  it("is the first cell, without taking the keyboard from where it is", () => {
    expect(createNotebookUi(a).getState()).toMatchObject({ active: a, mode: "command", focusRequest: 0 });
  });

  it("is its text, with the keyboard, where there is nothing but to write", () => {
    expect(createNotebookUi(a, "edit").getState()).toMatchObject({ active: a, mode: "edit", focusRequest: 1 });
  });
});

describe("the selection", () => {
  it("is the run of cells between where it began and where one is, in either direction", () => {
    const ui = createNotebookUi(a);
    activate(ui, c);
    extendTo(ui, a);
    expect(selectedCells(ui.getState(), order)).toEqual([a, b, c]);
    extendTo(ui, d);
    expect(selectedCells(ui.getState(), order)).toEqual([c, d]);
  });

  it("is one cell in edit mode", () => {
    const ui = createNotebookUi(a);
    extendTo(ui, c);
    noteFocus(ui, c, "edit");
    expect(selectedCells(ui.getState(), order)).toEqual([c]);
  });

  it("is empty when the active cell is gone", () => {
    const ui = createNotebookUi(a);
    expect(selectedCells(ui.getState(), [b, c])).toEqual([]);
  });

  it("is asked for cell by cell, also after the order changed", () => {
    const ui = createNotebookUi(a);
    extendTo(ui, c);
    const selected = (cells: readonly CellId[]): readonly CellId[] =>
      order.filter((cell) => isSelected(ui.getState(), cells, cell));
    expect(selected(order)).toEqual([a, b, c]);
    expect(selected([a, c, b, d])).toEqual([a, c]);
    activate(ui, d);
    expect(selected(order)).toEqual([d]);
  });

  it("stays when the keyboard merely arrives where it was sent", () => {
    const ui = createNotebookUi(a);
    extendTo(ui, c);
    noteFocus(ui, c, "command");
    expect(selectedCells(ui.getState(), order)).toEqual([a, b, c]);
  });
});

describe("cellAfterRemoval", () => {
  it("is the next one that stays, else the one before, else none", () => {
    expect(cellAfterRemoval(order, [b, c])).toBe(d);
    expect(cellAfterRemoval(order, [c, d])).toBe(b);
    expect(cellAfterRemoval(order, order)).toBeUndefined();
  });
});
