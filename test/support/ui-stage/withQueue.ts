import { RunId, type CellId } from "#shared/base/ids.ts";
import { unixMs } from "#shared/base/units.ts";
import { progressOutput } from "#shared/notebook/progress.ts";
import type { QueueEntry } from "#shared/session/control/ExecutionControl.ts";
import type { FakeNotebookSession } from "../fake/FakeNotebookSession.ts";

/** Progress of a run. */
export const halfWay = progressOutput({ done: 420, total: 1_000, text: "nodes that know" });

/** Fills the queue of a session: one that runs, three that wait, one of somebody else. */
export function withQueue(session: FakeNotebookSession, ids: readonly CellId[]): void {
  const [, spread, loop, , table, error, chart] = ids;
  const since = unixMs(Date.now() - 4_200);
  const entry = (cell: CellId | undefined, over: Partial<QueueEntry>): readonly QueueEntry[] => {
    if (cell === undefined) return [];
    const whole = { run: RunId.create(), cell, state: "queued", where: "here", by: "", since: undefined } as const;
    return [{ ...whole, asked: true, canMoveUp: true, canMoveDown: true, ...over }];
  };
  session.control.queue.set([
    ...entry(loop, { state: "running", since, canMoveUp: false, canMoveDown: false }),
    ...entry(table, { canMoveUp: false }),
    ...entry(spread, { asked: false }),
    ...entry(error, { where: "lab-3", canMoveUp: false, canMoveDown: false }),
    ...entry(chart, { state: "running", by: "Ben Okafor", where: "", canMoveUp: false, canMoveDown: false }),
  ]);
  session.control.kernels.set([
    { index: 0, state: "busy", cells: 3 },
    { index: 1, state: "idle", cells: 1 },
    { index: 2, state: "off", cells: 0 },
  ]);
}
