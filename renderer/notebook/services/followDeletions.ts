import type * as Y from "yjs";
import type { Dispose } from "#shared/base/dispose.ts";
import type { CellId, PeerId } from "#shared/base/ids.ts";
import type { Readable } from "#shared/base/value.ts";
import { readCell } from "#shared/notebook/cell.ts";
import { notebookRoots } from "#shared/notebook/schema.ts";
import { beInFirst, cellAfterRemoval, type CellMode, type NotebookUi } from "../../state/notebookUi.ts";

export interface FollowDeletionsOptions {
  readonly doc: Y.Doc;
  readonly order: Readable<readonly CellId[]>;
  readonly ui: NotebookUi;
  readonly me: PeerId;
  /** In which mode one is in the first cell of a notebook that has arrived. */
  readonly firstMode: (cells: readonly CellId[]) => CellMode;
  readonly say: (text: string) => void;
}

/**
 * Watches the cell we are in. When somebody else deletes it, a notice stays in its place, and no other cell becomes
 * active: what we go on typing must not fall into another cell, nor be read as commands to it.
 */
export function followDeletions({ doc, order, ui, me, firstMode, say }: FollowDeletionsOptions): Dispose {
  let before = order.get();
  let hasArrived = before.length > 0;
  return order.subscribe(() => {
    const now = order.get();
    const here = new Set(now);
    const gone = before.filter((id) => !here.has(id));
    forgetRestored(ui, now);
    const { active } = ui.getState();
    if (active !== undefined && gone.includes(active)) leave(active, gone);
    // The notebook has arrived: be in its first cell, as if one had opened it now.
    if (before.length === 0 && ui.getState().active === undefined) {
      beInFirst(ui, now[0], hasArrived ? "command" : firstMode(now));
    }
    hasArrived ||= now.length > 0;
    before = now;
  });

  function leave(active: CellId, gone: readonly CellId[]): void {
    const deletion = readCell(notebookRoots(doc).cells, active)?.deleted;
    const byOther = deletion !== undefined && deletion.by !== me;
    if (!byOther) {
      const next = cellAfterRemoval(before, gone);
      ui.setState({ active: next, anchor: next, mode: "command" });
      return;
    }
    const by = deletion.name === "" ? "Somebody" : deletion.name;
    const next = before.slice(before.indexOf(active) + 1).find((id) => !gone.includes(id));
    ui.setState(({ deletedNotices }) => ({
      active: undefined,
      anchor: undefined,
      mode: "command",
      deletedNotices: [...deletedNotices, { cell: active, by, before: next }],
    }));
    say(`${by} deleted the cell you were in. It can be restored.`);
  }
}

function forgetRestored(ui: NotebookUi, now: readonly CellId[]): void {
  const { deletedNotices } = ui.getState();
  const kept = deletedNotices.filter((notice) => !now.includes(notice.cell));
  if (kept.length < deletedNotices.length) ui.setState({ deletedNotices: kept });
}
