// Executes a whole notebook, as a page would, until it is done or a cell fails.

import { availableParallelism } from "node:os";
import type * as Y from "yjs";
import { systemClock } from "#shared/adapters/systemClock.ts";
import { BadInputError } from "#shared/base/errors.ts";
import { CellId, PeerId, type RunId } from "#shared/base/ids.ts";
import { Value } from "#shared/base/value.ts";
import { FlowReader, isExecutable } from "#shared/dataflow/FlowReader.ts";
import type { Cell } from "#shared/notebook/cell.ts";
import { clearRuns, readRun } from "#shared/notebook/editRuns.ts";
import { parseOutput, type CellOutput } from "#shared/notebook/output.ts";
import { ERROR_MIME } from "#shared/notebook/outputRef.ts";
import { readNotebook } from "#shared/notebook/readNotebook.ts";
import type { OutputRef, RunRecord } from "#shared/notebook/runRecord.ts";
import { notebookRoots } from "#shared/notebook/schema.ts";
import type { BlobStore } from "#shared/ports/BlobStore.ts";
import type { StartKernel } from "#shared/ports/Kernel.ts";
import { ExecutionRunner } from "#shared/session/ExecutionRunner.ts";
import { kernelCount, KernelPool } from "#shared/session/KernelPool.ts";

export interface ExecuteOptions {
  readonly doc: Y.Doc;
  readonly blobs: BlobStore;
  readonly start: StartKernel;
  /** Ends it: what has run stays written. */
  readonly signal: AbortSignal;
  /** Told of each cell that ended, in the order in which they end. */
  readonly onEnd: (ended: EndedCell) => void;
}

/** A cell by what people call it: its place among the visible cells, from 1. */
export interface EndedCell {
  readonly number: number;
  readonly cell: Cell;
  readonly record: RunRecord;
}

/** A cell that failed, or left an error that nobody caught. */
export interface FailedCell extends EndedCell {
  /** What came after its end; undefined: it is among the outputs. */
  readonly late: CellOutput | undefined;
}

export interface Executed {
  /** All visible cells, in order. */
  readonly cells: readonly CellId[];
  readonly ran: number;
  /** The first that failed, in time, or left an error that nobody caught; nothing was begun after it. */
  readonly failed: FailedCell | undefined;
}

/** @throws BadInputError if a cell is in a language that cannot be executed */
export async function executeNotebook({ doc, blobs, start, signal, onEnd }: ExecuteOptions): Promise<Executed> {
  const { cells } = readNotebook(doc);
  const numbers = new Map(cells.map((cell, index) => [cell.id, { number: index + 1, cell }]));
  for (const { number, cell } of numbers.values()) refuseForeign(number, cell);
  const todo = cells.filter(isExecutable).map(({ id }) => id);
  clearRuns(doc, [...numbers.keys()]);
  const kernels = new KernelPool(start, kernelCount(availableParallelism()));
  const runner = createRunner(doc, blobs, kernels);
  const ran = new Map<RunId, EndedCell>();
  let failed: FailedCell | undefined;
  const fail = (ended: EndedCell, late?: CellOutput): void => {
    if (failed !== undefined || signal.aborted) return;
    failed = { ...ended, late };
    runner.stop();
  };
  const { runs } = notebookRoots(doc);
  const look = ({ keysChanged }: Y.YMapEvent<unknown>): void => {
    for (const key of keysChanged) {
      const id = CellId.parse(key);
      const place = id && numbers.get(id);
      const record = id && readRun(doc, id);
      // What it prints after its end is written to the same run.
      if (place === undefined || record === undefined || record.status === "began" || ran.has(record.run)) continue;
      const ended = { ...place, record };
      ran.set(record.run, ended);
      onEnd(ended);
      if (record.status !== "ok" || record.outputs.some(({ mime }) => mime === ERROR_MIME)) fail(ended);
    }
  };
  runs.observe(look);
  const stopLate = kernels.late.subscribe(({ run, output }) => {
    const ended = output.output_type === "error" ? ran.get(run) : undefined;
    if (ended !== undefined) fail(ended, output);
  });
  const stop = (): void => runner.stop();
  signal.addEventListener("abort", stop);
  try {
    if (!signal.aborted) runner.execute(todo);
    await untilNone(runner.busy);
  } finally {
    signal.removeEventListener("abort", stop);
    runs.unobserve(look);
    stopLate();
    runner.close();
  }
  return { cells: [...numbers.keys()], ran: ran.size, failed };
}

const createRunner = (doc: Y.Doc, blobs: BlobStore, kernels: KernelPool): ExecutionRunner =>
  new ExecutionRunner({
    ...{ doc, blobs, clock: systemClock, reader: new FlowReader(), peer: PeerId.createPassing() },
    kernels,
    name: () => "meshbook run",
    kernelFor: () => undefined,
    others: new Value([]),
    showRunning: () => undefined,
  });

/** What a cell printed and showed. */
export async function outputsOf({ outputs }: RunRecord, blobs: BlobStore): Promise<readonly CellOutput[]> {
  const read = await Promise.all(outputs.map((ref) => readOutput(ref, blobs)));
  return read.filter((output) => output !== undefined);
}

async function readOutput({ inline, hash }: OutputRef, blobs: BlobStore): Promise<CellOutput | undefined> {
  const body = inline ?? new TextDecoder().decode(await blobs.get(hash));
  return parseOutput(JSON.parse(body));
}

function refuseForeign(number: number, cell: Cell): void {
  if (cell.kind !== "code" || isExecutable(cell) || cell.source.trim() === "") return;
  throw new BadInputError(`cell ${number} is in ${cell.language || "no language"}, which cannot be executed`);
}

function untilNone(busy: ExecutionRunner["busy"]): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (busy.get() > 0) return;
      stop();
      resolve();
    };
    const stop = busy.subscribe(look);
    queueMicrotask(look);
  });
}
