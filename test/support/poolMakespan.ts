import * as Y from "yjs";
import { MemoryBlobStore } from "#shared/adapters/memory/MemoryBlobStore.ts";
import { systemClock } from "#shared/adapters/systemClock.ts";
import { CellId, type PeerId } from "#shared/base/ids.ts";
import { Value } from "#shared/base/value.ts";
import { createNotebook } from "#shared/notebook/createNotebook.ts";
import type { StartKernel } from "#shared/ports/Kernel.ts";
import { ExecutionRunner } from "#shared/session/ExecutionRunner.ts";
import { KernelPool } from "#shared/session/KernelPool.ts";

export interface PoolLoad {
  readonly kernels: number;
  readonly cells: number;
  /** Milliseconds that each cell waits. */
  readonly each: number;
}

/** How many times longer than ideal a pool takes for cells that read nothing from one another, with all they write. */
export async function poolMakespan(start: StartKernel, { kernels, cells, each }: PoolLoad): Promise<number> {
  const doc = new Y.Doc();
  const ids = Array.from({ length: cells }, (_, index) => CellId.parse(`pool-${index}`)!);
  const source = `await new Promise((done) => setTimeout(done, ${each}))`;
  const drafts = ids.map((id) => ({ id, kind: "code", language: "javascript", source }) as const);
  createNotebook(doc, { title: "Pool", language: "javascript", cells: drafts });
  const runner = new ExecutionRunner({
    ...{ doc, blobs: new MemoryBlobStore(), clock: systemClock, peer: "AAAAAAAAAAAAAAAAAAAAAA" as PeerId },
    kernels: new KernelPool(start, kernels),
    kernelFor: () => undefined,
    name: () => "Bench",
    others: new Value([]),
    showRunning: () => undefined,
  });
  const idle = (): Promise<void> =>
    new Promise((resolve) => {
      const stop = runner.busy.subscribe(() => {
        if (runner.busy.get() > 0) return;
        stop();
        resolve();
      });
    });
  const run = async (some: readonly CellId[]): Promise<void> => {
    runner.execute(some);
    await idle();
  };
  // Kernels are started, and the cells parsed.
  await run(ids.slice(0, 2 * kernels));
  const before = performance.now();
  await run(ids);
  const took = performance.now() - before;
  runner.close();
  return took / ((cells * each) / kernels);
}
