import type * as Y from "yjs";
import type { Dispose } from "#shared/base/dispose.ts";
import { CellId, type PeerId } from "#shared/base/ids.ts";
import type { Readable } from "#shared/base/value.ts";
import { readRun } from "#shared/notebook/editRuns.ts";
import type { RunRecord } from "#shared/notebook/runRecord.ts";
import { notebookRoots } from "#shared/notebook/schema.ts";

/** Milliseconds in which ends are gathered to one sentence: after "run all" nobody wants two hundred. */
const GATHER = 400;

export interface AnnounceRunEndsOptions {
  readonly doc: Y.Doc;
  readonly order: Readable<readonly CellId[]>;
  readonly me: PeerId;
  readonly say: (text: string) => void;
}

export interface RunEnd {
  /** Place of the cell in the notebook, 1-based. */
  readonly position: number;
  readonly record: RunRecord;
}

/** Tells screen readers that runs we asked for have ended. */
export function announceRunEnds({ doc, order, me, say }: AnnounceRunEndsOptions): Dispose {
  const { runs } = notebookRoots(doc);
  let gathered: RunEnd[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const observer = (event: Y.YMapEvent<unknown>): void => {
    for (const key of event.keysChanged) {
      const cell = CellId.parse(key);
      const record = cell === undefined ? undefined : readRun(doc, cell);
      if (cell === undefined || record?.by !== me || record.status === "began") continue;
      gathered.push({ position: order.get().indexOf(cell) + 1, record });
      timer ??= setTimeout(tell, GATHER);
    }
  };
  const tell = (): void => {
    timer = undefined;
    say(runEndsInWords(gathered));
    gathered = [];
  };
  runs.observe(observer);
  return () => {
    runs.unobserve(observer);
    clearTimeout(timer);
  };
}

export function runEndsInWords(ends: readonly RunEnd[]): string {
  const [only] = ends;
  if (only !== undefined && ends.length === 1) return `Cell ${only.position} ${endInWords(only.record)}.`;
  const failed = ends.filter((end) => end.record.status === "error").length;
  const tail = failed === 0 ? "" : `, ${failed} with an error`;
  return `${ends.length} cells finished${tail}.`;
}

function endInWords({ status, errorAt, notRun }: RunRecord): string {
  if (notRun !== undefined) return `was not run: ${notRun}`;
  if (status === "error")
    return errorAt === undefined ? "ended with an error" : `ended with an error in line ${errorAt.line}`;
  return status === "interrupted" ? "was interrupted" : "finished";
}
