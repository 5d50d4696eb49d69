// What one execution costs, where it happens and on the screen: `npm run bench -- cells`.

import { join } from "node:path";
import { bundlePage } from "../support/bundlePage.ts";
import { flowOf, requestFor } from "../support/programs.ts";
import { ensureBuilt } from "../support/built.ts";
import { openBrowserKernels, type BrowserKernels } from "../support/browserKernels.ts";
import { launchChromium } from "../support/chromium.ts";
import type { KernelPage } from "../support/kernelPage.ts";
import { python, request } from "../support/pythonPrograms.ts";
import type { Browser } from "playwright";
import { startHost, type RunningHost } from "../support/startHost.ts";
import { createNotebook } from "./app/classNotebook.ts";
import { measureAnalysis } from "./app/analysis.ts";
import type { AnalysisPage } from "./app/analysisPage.ts";
import { largeTable } from "./app/largeTable.ts";
import { runLatency } from "./app/runLatency.ts";
import { watchTasks } from "./app/watchTasks.ts";
import { median } from "./median.ts";
import { isInstalled, measurePeer } from "./peers/measurePeer.ts";

declare const lab: KernelPage;

/** The root of the repository, from here and from where this file is bundled to. */
const root = join(import.meta.dirname, "../..");

/** Round trips that are measured, after as many to warm up. */
const ROUNDS = 300;

/** Medians in milliseconds, of a cell that does nothing. */
export async function benchCells(): Promise<Record<string, number | null>> {
  return {
    ...(await measureAnalysisInPage()),
    // The same without a page, as `meshbook run` does it.
    analysis_1000_node_ms: measureAnalysis().analysis_1000_ms ?? null,
    ...(await measureKernel()),
    // For comparison; null where it is not installed.
    ipykernel_p50_ms: isInstalled("ipykernel") ? (await measurePeer("ipykernel")).single_p50_ms : null,
    ...(await measureApp()),
  };
}

/** Where people have their notebooks open: in a browser, whose engine is newer than that of Node. */
async function measureAnalysisInPage(): Promise<Record<string, number>> {
  const script = await bundlePage(join(root, "test/bench/app/analysisPage.ts"));
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    await page.addScriptTag({ content: script });
    // reason: the page's script puts it there.
    return await page.evaluate(() => (window as unknown as AnalysisPage).measureAnalysis());
  } finally {
    await browser.close();
  }
}

/** From a page to a kernel in the runner frame and back, without the rest of the app. */
async function measureKernel(): Promise<Record<string, number>> {
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
    const ratios = await measurePool(kernels);
    const python = await measurePython(kernels);
    return { js_kernel_p50_ms: median(durations), js_kernel_start_ms: started, ...ratios, ...python };
  } finally {
    await kernels.close();
  }
}

/** Independent cells that wait, on the pool that a computer of two cores has, and on one of four. */
async function measurePool({ page }: BrowserKernels): Promise<Record<string, number>> {
  const ratio = (kernels: number): Promise<number> =>
    page.evaluate((load) => lab.makespan(load), { kernels, cells: 200, each: 20 });
  return { pool_makespan_ratio: median([await ratio(1)]), pool3_makespan_ratio: median([await ratio(3)]) };
}

/** Starts of Python that are measured, after one that fills the browser's cache. */
const PYTHON_STARTS = 5;

/** From a kernel that runs to one that has executed a cell in Python, in the first frame and in one more of the tab. */
async function measurePython({ page }: BrowserKernels): Promise<Record<string, number>> {
  const cell = request(python("a", "None"));
  const starts: number[] = [];
  for (let at = 0; at <= PYTHON_STARTS; at++) starts.push(await page.evaluate((one) => lab.pythonStart(one), cell));
  const durations = await page.evaluate(
    async ({ one, rounds }) => {
      const id = await lab.start();
      await lab.measure(id, one, rounds);
      return lab.measure(id, one, rounds);
    },
    { one: request(python("a", "1")), rounds: ROUNDS },
  );
  const [first = 0, ...later] = starts;
  return { python_first_ms: first, python_ready_ms: median(later), python_kernel_p50_ms: median(durations) };
}

/** From Ctrl-Enter to the output on the screen, in the app as a class host serves it. */
async function measureApp(): Promise<Record<string, number>> {
  await ensureBuilt("node and web");
  const [host, browser] = await Promise.all([startHost(), launchChromium()]);
  try {
    const page = await createNotebook(await browser.newContext(), host);
    const latency = median(await runLatency(page));
    return { keypress_to_output_p50_ms: latency, ...(await measureTables(browser, host)) };
  } finally {
    await browser.close();
    await host.stop();
  }
}

/** Tables of a million rows, each in a notebook of its own. */
async function measureTables(browser: Browser, host: RunningHost): Promise<Record<string, number>> {
  const figures: Record<string, number> = {};
  for (const format of ["csv", "arrow"] as const) {
    const context = await browser.newContext();
    await context.addInitScript(watchTasks);
    const page = await createNotebook(context, host);
    const measured = await largeTable(page, format);
    for (const [name, figure] of Object.entries(measured)) figures[`table_1m_${format}_${name}`] = figure;
    await context.close();
  }
  return figures;
}

export { benchCells as measure };
