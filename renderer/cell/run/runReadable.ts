import type * as Y from "yjs";
import { contentHashOfText } from "#shared/base/hash.ts";
import type { CellId } from "#shared/base/ids.ts";
import { isRecord } from "#shared/base/parse.ts";
import type { Readable } from "#shared/base/value.ts";
import { outputsSoFar } from "#shared/notebook/outputsSoFar.ts";
import { parseRunRecord, type OutputRef, type RunRecord } from "#shared/notebook/runRecord.ts";
import { notebookRoots } from "#shared/notebook/schema.ts";
import { observeKey } from "../../state/observeKey.ts";

/** Whether the outputs shown still belong to what the cell says. */
export type Freshness = "fresh" | "source-changed" | "input-changed";

/** The run record of a cell, parsed once per change. */
export function runReadable(doc: Y.Doc, cell: CellId): Readable<RunRecord | undefined> {
  const { runs } = notebookRoots(doc);
  let raw: unknown;
  let record: RunRecord | undefined;
  return {
    get() {
      const now = runs.get(cell);
      if (now !== raw) {
        raw = now;
        record = parseRunRecord(now);
      }
      return record;
    },
    subscribe: (listener) => observeKey(runs, cell, listener),
  };
}

/** What the cell's run has given so far, if the class host was told (`outputsSoFar`). Equal while nothing changed. */
export function soFarReadable(doc: Y.Doc, cell: CellId): Readable<readonly OutputRef[]> {
  const { soFar } = notebookRoots(doc);
  const record = runReadable(doc, cell);
  let seen: { readonly run: RunRecord | undefined; readonly raw: unknown } | undefined;
  let outputs: readonly OutputRef[] = [];
  return {
    get() {
      const now = { run: record.get(), raw: soFar.get(cell) };
      if (seen?.run !== now.run || seen?.raw !== now.raw) {
        outputs = now.run === undefined ? [] : outputsSoFar(doc, cell, now.run);
      }
      seen = now;
      return outputs;
    },
    subscribe(listener) {
      const disposes = [record.subscribe(listener), observeKey(soFar, cell, listener)];
      return () => disposes.forEach((dispose) => dispose());
    },
  };
}

/** Freshness of a cell's outputs, following its text, its run and, if that read something, all runs. */
export function freshnessReadable(doc: Y.Doc, cell: CellId, text: Y.Text): Readable<Freshness> {
  const record = runReadable(doc, cell);
  let source: string | undefined;
  let hash = "";
  return {
    get() {
      const run = record.get();
      if (run === undefined || run.sourceHash === undefined) return "fresh";
      const now = text.toString();
      if (now !== source) {
        source = now;
        hash = contentHashOfText(now);
      }
      if (run.sourceHash !== hash) return "source-changed";
      return inputsAreCurrent(notebookRoots(doc).runs, run) ? "fresh" : "input-changed";
    },
    subscribe(listener) {
      const { runs } = notebookRoots(doc);
      const changed = (): void => listener();
      // Reading the text of every cell because one of them ran would be felt in a large notebook.
      const ran = (): void => {
        if (Object.keys(record.get()?.inputs ?? {}).length > 0) listener();
      };
      const unsubscribe = record.subscribe(changed);
      runs.observe(ran);
      text.observe(changed);
      return () => {
        unsubscribe();
        runs.unobserve(ran);
        text.unobserve(changed);
      };
    },
  };
}

/** True while every run a value was read from is still the last run of its cell. */
function inputsAreCurrent(runs: Y.Map<unknown>, { inputs }: RunRecord): boolean {
  const wanted = new Set<unknown>(Object.values(inputs));
  if (wanted.size === 0) return true;
  for (const run of runs.values()) if (isRecord(run)) wanted.delete(run["run"]);
  return wanted.size === 0;
}
