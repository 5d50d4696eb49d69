import { describe, expect, it } from "vitest";
import { CellId } from "#shared/base/ids.ts";
import { Value } from "#shared/base/value.ts";
import { SHOWN_AT_ONCE, showCells } from "../../../../renderer/notebook/services/showCells.ts";
import { activate, createNotebookUi } from "../../../../renderer/state/notebookUi.ts";

const cells = (count: number, name = "cell"): readonly CellId[] =>
  Array.from({ length: count }, (_, index) => CellId.parse(`${name}-${index}`)!);

/** A page whose pauses come when they are called for, and that needs `cost` milliseconds for what one brings. */
function stage(first: readonly CellId[], cost = 0) {
  const order = new Value(first);
  const ui = createNotebookUi(first[0]);
  let paused = (): void => {};
  let time = 0;
  const now = (): number => (time += cost);
  const pause = (): Promise<void> => new Promise((resolve) => (paused = resolve));
  const { shown, dispose } = showCells({ order, ui, pause, now });
  const nextPause = async (): Promise<void> => {
    paused();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { order, ui, shown, nextPause, dispose };
}

describe("showCells", () => {
  it("shows a few cells at once, and of more the first, then the others in pauses", async () => {
    const all = cells(SHOWN_AT_ONCE * 2 + 1);
    const { shown, nextPause } = stage(all);
    expect(shown.get()).toEqual(all.slice(0, SHOWN_AT_ONCE));
    await nextPause();
    expect(shown.get()).toEqual(all.slice(0, SHOWN_AT_ONCE * 2));
    await nextPause();
    expect(shown.get()).toEqual(all);
  });

  it("shows what is inserted at once, in its place, and takes away what is deleted", () => {
    const [a, b, c] = cells(3) as [CellId, CellId, CellId];
    const { order, shown } = stage([a, c]);
    order.set([a, b, c]);
    expect(shown.get()).toEqual([a, b, c]);
    order.set([c, a]);
    expect(shown.get()).toEqual([c, a]);
  });

  it("shows the active cell at once, wherever it is", () => {
    const all = cells(SHOWN_AT_ONCE * 3);
    const { ui, shown } = stage(all);
    activate(ui, all.at(-1));
    expect(shown.get().at(-1)).toBe(all.at(-1));
    expect(shown.get().length).toBeLessThan(all.length);
  });

  it("shows what arrives after the rest was shown", async () => {
    const { order, shown, nextPause } = stage(cells(2));
    const more = [...cells(2), ...cells(SHOWN_AT_ONCE + 5, "late")];
    order.set(more);
    expect(shown.get()).toEqual(more.slice(0, SHOWN_AT_ONCE + 2));
    await nextPause();
    expect(shown.get()).toEqual(more);
  });

  it("shows fewer in one go where they take long", async () => {
    const all = cells(SHOWN_AT_ONCE * 3);
    const { shown, nextPause } = stage(all, 60);
    await nextPause();
    expect(shown.get()).toHaveLength(SHOWN_AT_ONCE * 2);
    await nextPause();
    expect(shown.get()).toHaveLength(SHOWN_AT_ONCE * 2.5);
    await nextPause();
    expect(shown.get()).toHaveLength(SHOWN_AT_ONCE * 2.75);
  });

  it("shows nothing more after its end", async () => {
    const { shown, nextPause, dispose } = stage(cells(SHOWN_AT_ONCE * 2));
    dispose();
    await nextPause();
    expect(shown.get()).toHaveLength(SHOWN_AT_ONCE);
  });
});
