import type { Dispose } from "#shared/base/dispose.ts";
import type { CellId } from "#shared/base/ids.ts";
import { Value, type Readable } from "#shared/base/value.ts";
import type { NotebookUi } from "../../state/notebookUi.ts";

/** Cells that come to the page in one go: more than a screen of them, and few enough that a key need not wait for them. */
export const SHOWN_AT_ONCE = 24;

/** Milliseconds that the cells of one pause may take: a key that comes meanwhile still gets the next frame but one. */
const GOAL = 30;

export interface ShowCellsOptions {
  readonly order: Readable<readonly CellId[]>;
  readonly ui: NotebookUi;
  /** Resolves at the next moment without work. */
  readonly pause: () => Promise<void>;
  /** Milliseconds since some moment. */
  readonly now: () => number;
}

/**
 * The cells that are on the page, in order: all of them, but of many that come at once the first few, then more in each
 * pause. Making cells is dear; two hundred in one go, or the thousand that one part of a large notebook brings, would be
 * felt by whoever types. The active cell is always there.
 */
export function showCells({ order, ui, pause, now }: ShowCellsOptions): {
  readonly shown: Readable<readonly CellId[]>;
  readonly dispose: Dispose;
} {
  const shown = new Value<readonly CellId[]>([]);
  let here: ReadonlySet<CellId> = new Set();
  let step = SHOWN_AT_ONCE;
  let waiting = false;
  let ended = false;

  const show = (room: number): void => {
    const all = order.get();
    const { active } = ui.getState();
    let left = room;
    const next = all.filter((id) => here.has(id) || left-- > 0 || id === active);
    here = new Set(next);
    shown.set(next);
    if (next.length < all.length) void showMore();
  };
  const showMore = async (): Promise<void> => {
    if (waiting) return;
    waiting = true;
    await pause();
    if (ended) return;
    const begun = now();
    show(step);
    // What is set here is drawn in the microtasks that follow.
    await Promise.resolve();
    step = nextStep(step, now() - begun);
    waiting = false;
    if (here.size < order.get().length) void showMore();
  };

  show(SHOWN_AT_ONCE);
  const disposes = [
    order.subscribe(() => show(step)),
    ui.subscribe(({ active }, before) => {
      if (active !== before.active && active !== undefined && !here.has(active)) show(0);
    }),
  ];
  return {
    shown,
    dispose: () => {
      ended = true;
      for (const dispose of disposes) dispose();
    },
  };
}

/** How many cells the next pause brings, after these took so long. */
const nextStep = (step: number, took: number): number =>
  Math.max(1, Math.min(SHOWN_AT_ONCE, took > GOAL ? Math.floor((step * GOAL) / took) : step + 1));
