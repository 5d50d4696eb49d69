// Kernels of a real runner frame in a real Chromium, for tests in Node.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Browser, Frame, Page } from "playwright";
import type { Dispose } from "#shared/base/dispose.ts";
import { Emitter } from "#shared/base/emitter.ts";
import { KernelLostError } from "#shared/base/errors.ts";
import type { CellId, KernelId, RunId } from "#shared/base/ids.ts";
import { APP_HEADERS, RUNNER_HEADERS } from "#shared/contracts/host/pageHeaders.ts";
import { PYTHON_INDEX_PATH } from "#shared/contracts/kernel/pythonFiles.ts";
import { PLOT_INDEX_PATH } from "../../renderer/adapters/runner/loadLate.ts";
import { SQL_INDEX_PATH } from "#shared/contracts/kernel/sqlFiles.ts";
import { RUNNER_PATH } from "#shared/contracts/page/runnerFrame.ts";
import type { CellOutput } from "#shared/notebook/output.ts";
import type { Kernel, KernelEnd, KernelRequest, KernelWait, ValueFacts, ValueQuestion } from "#shared/ports/Kernel.ts";
import { bundleRunner } from "../../workers/frame/buildRunner.mjs";
import { bundle } from "./bundledPage.ts";
import { DIST, ensureBuilt } from "./built.ts";
import { launchChromium } from "./chromium.ts";
import type { KernelPage } from "./kernelPage.ts";

declare const lab: KernelPage;

export interface BrowserKernels {
  readonly browser: Browser;
  readonly page: Page;
  /** Address of the app page. */
  readonly url: string;
  start(): Promise<BrowserKernel>;
  /** Paths that the server was asked for, in order. */
  readonly requests: readonly string[];
  /** What the server answers instead of the file whose path has this name in it; undefined: as it is. */
  readonly spoilt: Map<string, Buffer | undefined>;
  /** Resolves with the body of the next POST to /report. */
  report(): Promise<string>;
  /** The runner frame, once a kernel was started. */
  frame(): Frame;
  close(): Promise<void>;
}

/** Starts Chromium with a page that can start kernels. */
export async function openBrowserKernels(): Promise<BrowserKernels> {
  const server = await serveApp();
  const browser = await launchChromium();
  const page = await browser.newPage();
  const listeners = new Map<string, (output: CellOutput) => void>();
  await page.exposeFunction("kernelOutput", (key: string, output: CellOutput) => listeners.get(key)?.(output));
  const waits = new Emitter<{ readonly run: RunId; readonly wait: KernelWait | undefined }>();
  await page.exposeFunction("kernelWait", (run: RunId, wait: KernelWait | undefined) => waits.emit({ run, wait }));
  await page.goto(server.url);
  return {
    browser,
    page,
    url: server.url,
    requests: server.requests,
    spoilt: server.spoilt,
    report: () => server.report(),
    start: async () =>
      new BrowserKernel(page, { listeners, waits }, (await page.evaluate(() => lab.start())) as KernelId),
    frame: () => {
      const frame = page.frames().find((one) => one.url().endsWith(RUNNER_PATH));
      if (!frame) throw new Error("no runner frame");
      return frame;
    },
    close: async () => {
      await browser.close();
      await server.close();
    },
  };
}

interface Heard {
  readonly listeners: Map<string, (output: CellOutput) => void>;
  readonly waits: Emitter<{ readonly run: RunId; readonly wait: KernelWait | undefined }>;
}

/** A kernel in the page, as a kernel here. */
export class BrowserKernel implements Kernel {
  readonly id: KernelId;
  readonly #page: Page;
  readonly #listeners: Heard["listeners"];
  readonly #waits: Heard["waits"];
  #held: readonly CellId[] = [];
  #closed = false;

  constructor(page: Page, { listeners, waits }: Heard, id: KernelId) {
    this.#page = page;
    this.#listeners = listeners;
    this.#waits = waits;
    this.id = id;
  }

  onWait(listener: (run: RunId, wait: KernelWait | undefined) => void): Dispose {
    return this.#waits.subscribe(({ run, wait }) => listener(run, wait));
  }

  answer(run: RunId, text: string): void {
    void this.#page.evaluate((given) => lab.answer(given.id, given.run, given.text), { id: this.id, run, text });
  }

  async execute(
    request: KernelRequest,
    onOutput: (output: CellOutput) => void,
    signal: AbortSignal,
  ): Promise<KernelEnd> {
    const { id } = this;
    const key = request.run;
    if (signal.aborted) return { status: "interrupted", stateLost: false };
    this.#listeners.set(key, onOutput);
    signal.addEventListener("abort", () => void this.#page.evaluate((run) => lab.abort(run), key), { once: true });
    const ran = await this.#page.evaluate(
      async (given) => {
        const end = await lab.execute(given.id, given.request.run, given.request);
        return { ...end, held: lab.holds(given.id) };
      },
      { id, request },
    );
    this.#listeners.delete(key);
    this.#held = this.#closed ? [] : (ran.held as CellId[]);
    if (ran.end) return ran.end;
    if (ran.lost !== "KernelLostError") throw new Error(ran.lost);
    throw new KernelLostError(id);
  }

  inspect(question: ValueQuestion): Promise<readonly (ValueFacts | undefined)[] | undefined> {
    return this.#page.evaluate((given) => lab.inspect(given.id, given.question), { id: this.id, question });
  }

  holds(): ReadonlySet<CellId> {
    return new Set(this.#held);
  }

  close(): void {
    this.#closed = true;
    this.#held = [];
    void this.#page.evaluate((id) => lab.close(id), this.id).catch(() => undefined);
  }
}

interface ServedApp {
  readonly url: string;
  readonly spoilt: Map<string, Buffer | undefined>;
  /** Paths that were asked for, in order. */
  readonly requests: readonly string[];
  /** Resolves with the body of the next POST to /report. */
  report(): Promise<string>;
  close(): Promise<void>;
}

/** The runner page as a careless server would send it: without its headers, so with the app's origin. */
export const PLAIN_RUNNER = "/plain-runner.html";

async function serveApp(): Promise<ServedApp> {
  const [script, runner] = await Promise.all([bundle("test/support/kernelPage.ts"), bundleRunner()]);
  const app = '<!doctype html><title>app</title><body><script src="/page.js"></script>';
  const bodies = new Map([
    ["/page.js", script],
    [RUNNER_PATH, runner],
    [PLAIN_RUNNER, runner],
  ]);
  const requests: string[] = [];
  const spoilt = new Map<string, Buffer | undefined>();
  const reports: ((report: string) => void)[] = [];
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://app").pathname;
    requests.push(path);
    for (const [name, value] of Object.entries(headersOf(path))) response.setHeader(name, value);
    response.setHeader("content-type", path === "/page.js" ? "text/javascript" : "text/html; charset=utf-8");
    if ([PYTHON_INDEX_PATH, SQL_INDEX_PATH, PLOT_INDEX_PATH].includes(path) || path.startsWith("/assets/")) {
      void servePython(path, spoilt).then(({ status, content }) => response.writeHead(status).end(content));
      return;
    }
    if (path !== "/report") {
      response.end(bodies.get(path) ?? app);
      return;
    }
    let report = "";
    request.on("data", (chunk) => (report += String(chunk)));
    request.on("end", () => {
      response.end();
      reports.shift()?.(report);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    requests,
    spoilt,
    report: () => new Promise((resolve) => reports.push(resolve)),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Python's and SQL's files as the build made them, or what stands for one of them. */
async function servePython(
  path: string,
  spoilt: ReadonlyMap<string, Buffer | undefined>,
): Promise<{ status: number; content: Buffer }> {
  const instead = [...spoilt].find(([name]) => path.includes(name));
  if (instead !== undefined)
    return { status: instead[1] === undefined ? 404 : 200, content: instead[1] ?? Buffer.of() };
  await ensureBuilt("node and web");
  return { status: 200, content: await readFile(join(DIST, "web", path)) };
}

function headersOf(path: string): Readonly<Record<string, string>> {
  if (path === PLAIN_RUNNER) return {};
  return path === RUNNER_PATH ? RUNNER_HEADERS : APP_HEADERS;
}
