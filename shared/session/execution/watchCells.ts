import type * as Y from "yjs";
import type { Dispose } from "../../base/dispose.ts";
import { CellId } from "../../base/ids.ts";
import type { Readable } from "../../base/value.ts";
import type { RunningPeer } from "../../execution/cellState.ts";
import { notebookRoots } from "../../notebook/schema.ts";

type Changed = (cells: Iterable<CellId>) => void;

/** Tells of cells whose record changed, by whomever. */
export function watchRuns(doc: Y.Doc, changed: Changed): Dispose {
  const { runs } = notebookRoots(doc);
  const tell = ({ keysChanged }: Y.YMapEvent<unknown>): void =>
    changed([...keysChanged].flatMap((key) => CellId.parse(key) ?? []));
  runs.observe(tell);
  return () => runs.unobserve(tell);
}

/** Tells of cells that others run or wait for, or did until now. */
export function watchOthers(others: Readable<readonly RunningPeer[]>, changed: Changed): Dispose {
  let shown: readonly CellId[] = [];
  return others.subscribe(() => {
    const before = shown;
    shown = others.get().flatMap(({ running }) => running.map(({ cell }) => cell));
    changed(new Set([...before, ...shown]));
  });
}
