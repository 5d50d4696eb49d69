import type { CellId, PeerId } from "../../base/ids.ts";
import type { UnixMs } from "../../base/units.ts";
import type { Execution } from "../../execution/execution.ts";
import type { RunRecord } from "../../notebook/runRecord.ts";
import { runPlaceOf } from "./runPlace.ts";

export interface RunBeginning {
  readonly by: PeerId;
  readonly byName: string;
  /** What people call the place. */
  readonly placeName: string;
  readonly started: UnixMs;
  readonly count: number;
}

/** The record of an execution that begins. */
export function newRunRecord({ run, place, sourceHash }: Execution, beginning: RunBeginning): RunRecord {
  const { by, byName, placeName, started, count } = beginning;
  return {
    ...{ run, by, byName, sourceHash, started, count },
    where: runPlaceOf(place, placeName),
    inputs: {},
    duration: undefined,
    status: "began",
    outputs: [],
    errorAt: undefined,
  };
}

/** The execution of which a record tells that an agent has it; undefined if it tells nothing of that kind. */
export function adoptedExecution(
  cell: CellId,
  { run, where, sourceHash }: RunRecord,
  request: number,
): Execution | undefined {
  if (where.at !== "agent" || sourceHash === undefined) return undefined;
  const place = { at: "agent", agent: where.agent } as const;
  return { run, cell, place, sourceHash, request, asked: true, needs: [], component: new Set([cell]) };
}
