import { useCallback, useMemo } from "react";
import type * as Y from "yjs";
import type { CellId, RunId } from "#shared/base/ids.ts";
import { readString } from "#shared/base/parse.ts";
import type { Readable } from "#shared/base/value.ts";
import { cellMap, readKind, type CellKind } from "#shared/notebook/cell.ts";
import { isMemoMap } from "#shared/notebook/kept/memoMark.ts";
import type { OutputRef, RunRecord } from "#shared/notebook/runRecord.ts";
import { CELL, notebookRoots } from "#shared/notebook/schema.ts";
import type { CellActivity } from "#shared/session/views.ts";
import { useNotebook } from "../notebook/services/NotebookContext.tsx";
import { calm, CALM_DELAY, END_DELAY } from "../state/calm.ts";
import { observeKey } from "../state/observeKey.ts";
import { useReadable } from "../state/useReadable.ts";
import { sameFields, useYValue } from "../state/useYValue.ts";
import { optionOf, optionsOf, type CellOption } from "./cellOption.ts";
import { runReadable, soFarReadable } from "./run/runReadable.ts";

/** What a cell is, without its text. */
export interface CellHead {
  readonly kind: CellKind;
  readonly language: string;
}

/** The Y.Map of a cell. Watched, because a concurrent import may replace it. */
export function useCellMap(cell: CellId): Y.Map<unknown> | undefined {
  const { session } = useNotebook();
  return useReadable(useMemo(() => cellReadable(notebookRoots(session.doc).cells, cell), [session, cell]));
}

const cellReadable = (cells: Y.Map<unknown>, cell: CellId): Readable<Y.Map<unknown> | undefined> => ({
  get: () => cellMap(cells, cell),
  subscribe: (listener) => observeKey(cells, cell, listener),
});

export const useCellHead = (map: Y.Map<unknown>): CellHead => useYValue(map, readHead, sameFields);

function readHead(map: Y.Map<unknown>): CellHead {
  return { kind: readKind(map), language: readString(map.get(CELL.language), 64) ?? "" };
}

const NO_OPTIONS = { observe: () => {}, unobserve: () => {} };

export function useCellOption(map: Y.Map<unknown>, option: CellOption): boolean {
  const options = optionsOf(map);
  const read = useCallback(() => optionOf(options, option), [options, option]);
  return useYValue(options ?? NO_OPTIONS, read);
}

/** Whether the cell's result is to be kept. */
export const useIsMemo = (map: Y.Map<unknown>): boolean => useYValue(map, isMemoMap);

/** What goes on in a cell now. A run that ends at once is never seen to run (`calm`). */
export function useActivity(cell: CellId): CellActivity {
  const { session } = useNotebook();
  return useReadable(useMemo(() => calmActivity(session.activity(cell)), [session, cell]));
}

/** One for each activity, so that all parts of a cell change in the same frame. */
const calmActivities = new WeakMap<Readable<CellActivity>, Readable<CellActivity>>();

function calmActivity(activity: Readable<CellActivity>): Readable<CellActivity> {
  let found = calmActivities.get(activity);
  if (found === undefined) calmActivities.set(activity, (found = calm(activity, wait)));
  return found;
}

/** The first output comes with the end of most runs; the end brings the same outputs again, as the document has them. */
function wait(shown: CellActivity, next: CellActivity): number {
  if (shown.state !== "idle" || next.state === "idle") return 0;
  return next.state === "running" && next.outputs.length > 0 ? END_DELAY : CALM_DELAY;
}

/** The record of the last run of a cell. */
export function useRun(cell: CellId): RunRecord | undefined {
  const { session } = useNotebook();
  return useReadable(useMemo(() => runReadable(session.doc, cell), [session, cell]));
}

const NO_OUTPUTS: readonly OutputRef[] = [];

/** The outputs of the last run of a cell; of one that goes on elsewhere, those that came so far. */
export function useStoredOutputs(cell: CellId): {
  readonly run: RunId | undefined;
  readonly outputs: readonly OutputRef[];
} {
  const { session } = useNotebook();
  const soFar = useReadable(useMemo(() => soFarReadable(session.doc, cell), [session, cell]));
  const record = useRun(cell);
  const outputs = record?.outputs ?? NO_OUTPUTS;
  return { run: record?.run, outputs: outputs.length === 0 ? soFar : outputs };
}
