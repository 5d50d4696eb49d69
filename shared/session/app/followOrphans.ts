import type * as Y from "yjs";
import type { Dispose } from "../../base/dispose.ts";
import type { CellId, PeerId, RoomId } from "../../base/ids.ts";
import type { Readable } from "../../base/value.ts";
import type { RunRecord } from "../../notebook/runRecord.ts";
import type { PeerView } from "../views.ts";
import { OrphanRuns } from "../execution/OrphanRuns.ts";
import type { ExecutionRunner } from "../ExecutionRunner.ts";
import type { AskedRuns } from "../outbox/AskedRuns.ts";
import type { ClassJobs } from "./ClassJobs.ts";

export interface OrphanSources {
  readonly doc: Y.Doc;
  readonly room: () => RoomId;
  /** This device. */
  readonly peer: PeerId;
  readonly jobs: Readable<ClassJobs | undefined>;
  readonly replicas: Readable<readonly PeerView[]>;
  /** Takes care of runs that were written down when they were asked for. */
  readonly asked: Pick<AskedRuns, "read" | "takesCareOf">;
  readonly runner: Pick<ExecutionRunner, "adopt">;
}

/** Takes up runs of an earlier life of this page, once the document was read and whenever the way to agents is there. */
export function followOrphans(sources: OrphanSources, settled: Promise<unknown>): Dispose {
  const { doc, room, peer, jobs, replicas, asked, runner } = sources;
  let isOver = false;
  const adopt = (cell: CellId, record: RunRecord): boolean => {
    const found = jobs.get();
    if (found === undefined || record.where.at !== "agent" || asked.takesCareOf(record.run)) return false;
    runner.adopt(cell, record, found.adoptedKernel(record.where.agent, room()));
    return true;
  };
  const shown = () => replicas.get().flatMap(({ presence }) => presence.running.map(({ run }) => run));
  const orphans = new OrphanRuns({ doc, peer, adopt, shown });
  // Another window of this device may have the connection, and with it these runs.
  const find = async (): Promise<void> => {
    await settled;
    await asked.read;
    if (!isOver && jobs.get()?.peer === peer) orphans.find();
  };
  const stops = [jobs.subscribe(() => void find()), replicas.subscribe(() => orphans.adopt())];
  void find();
  return () => {
    isOver = true;
    for (const stop of stops) stop();
  };
}
