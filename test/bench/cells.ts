// What one execution costs where it happens: `npm run bench -- cells`.

import { flowOf, requestFor } from "../support/programs.ts";
import { openBrowserKernels } from "../support/browserKernels.ts";
import type { KernelPage } from "../support/kernelPage.ts";
import { median } from "./median.ts";

declare const lab: KernelPage;

/** Round trips that are measured, after as many to warm up. */
const ROUNDS = 300;

/** Medians in milliseconds: a cell that does nothing, from the page to a kernel in the runner frame and back. */
export async function benchCells(): Promise<Record<string, number>> {
  const kernels = await openBrowserKernels();
  try {
    const { id } = await kernels.start();
    const request = requestFor(flowOf({ a: "1" }), "a");
    const given = { id, request, rounds: ROUNDS };
    const durations = await kernels.page.evaluate(async (one) => {
      await lab.measure(one.id, one.request, one.rounds);
      return lab.measure(one.id, one.request, one.rounds);
    }, given);
    const started = await kernels.page.evaluate(async () => {
      const before = performance.now();
      await lab.start();
      return performance.now() - before;
    });
    return { js_kernel_p50_ms: median(durations), js_kernel_start_ms: started };
  } finally {
    await kernels.close();
  }
}

export { benchCells as measure };
