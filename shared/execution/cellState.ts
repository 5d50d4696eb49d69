// What goes on in a cell, from three facts: what we execute ourselves, what others show in presence, and what the
// document remembers. "Running" is never read from the document alone: a peer that vanished cannot take it back.

import type { CellId, RunId } from "../base/ids.ts";
import type { UnixMs } from "../base/units.ts";
import type { RunRecord } from "../notebook/runRecord.ts";
import type { ActiveExecution } from "./execution.ts";

/** Another peer, as far as executions go. */
export interface RunningPeer {
  readonly name: string;
  /** What it runs or waits for, as in its presence. */
  readonly running: readonly { readonly cell: CellId; readonly run: RunId }[];
}

export type CellState =
  | { readonly state: "idle" }
  /** `by`: the peer whose execution it is; undefined for our own. */
  | { readonly state: "queued"; readonly run: RunId; readonly by: string | undefined }
  | {
      readonly state: "running";
      readonly run: RunId;
      readonly by: string | undefined;
      readonly since: UnixMs | undefined;
    }
  /** The last run began, did not end, and nobody executes it any more; or it was stopped. */
  | { readonly state: "interrupted"; readonly run: RunId };

export interface CellFacts {
  readonly cell: CellId;
  /** The cell's last run in the document. */
  readonly record: RunRecord | undefined;
  /** Our own execution of it that runs, else one that waits. */
  readonly mine: ActiveExecution | undefined;
  readonly others: readonly RunningPeer[];
}

/** Ours comes first: it is what we can stop. */
export function cellState({ cell, record, mine, others }: CellFacts): CellState {
  if (mine !== undefined) {
    const { run } = mine;
    if (mine.state === "queued") return { state: "queued", run, by: undefined };
    return { state: "running", run, by: undefined, since: record?.run === run ? record.started : undefined };
  }
  const began = record?.status === "began" ? record : undefined;
  for (const { name, running } of others) {
    const shown = running.filter((one) => one.cell === cell);
    // The document tells which of the runs a peer shows has begun.
    const begun = shown.find(({ run }) => run === began?.run);
    if (begun) return { state: "running", run: begun.run, by: name, since: began?.started };
  }
  for (const { name, running } of others) {
    const waiting = running.find((one) => one.cell === cell && one.run !== record?.run);
    if (waiting) return { state: "queued", run: waiting.run, by: name };
  }
  const broken = record?.status === "interrupted" ? record : began;
  return broken === undefined ? { state: "idle" } : { state: "interrupted", run: broken.run };
}
