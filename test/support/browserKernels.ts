// Kernels of a real runner frame in a real Chromium, for tests in Node.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Frame, Page } from "playwright";
import { KernelLostError } from "#shared/base/errors.ts";
import type { CellId, KernelId } from "#shared/base/ids.ts";
import { APP_HEADERS, RUNNER_HEADERS } from "#shared/contracts/pageHeaders.ts";
import { RUNNER_PATH } from "#shared/contracts/runnerFrame.ts";
import type { CellOutput } from "#shared/notebook/output.ts";
import type { Kernel, KernelEnd, KernelRequest } from "#shared/ports/Kernel.ts";
import { bundleRunner } from "../../workers/frame/buildRunner.mjs";
import { bundle } from "./bundledPage.ts";
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
  await page.goto(server.url);
  return {
    browser,
    page,
    url: server.url,
    requests: server.requests,
    report: () => server.report(),
    start: async () => new BrowserKernel(page, listeners, (await page.evaluate(() => lab.start())) as KernelId),
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

/** A kernel in the page, as a kernel here. */
export class BrowserKernel implements Kernel {
  readonly id: KernelId;
  readonly #page: Page;
  readonly #listeners: Map<string, (output: CellOutput) => void>;
  #held: readonly CellId[] = [];
  #closed = false;

  constructor(page: Page, listeners: Map<string, (output: CellOutput) => void>, id: KernelId) {
    this.#page = page;
    this.#listeners = listeners;
    this.id = id;
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
  const reports: ((report: string) => void)[] = [];
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://app").pathname;
    requests.push(path);
    for (const [name, value] of Object.entries(headersOf(path))) response.setHeader(name, value);
    response.setHeader("content-type", path === "/page.js" ? "text/javascript" : "text/html; charset=utf-8");
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
    report: () => new Promise((resolve) => reports.push(resolve)),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function headersOf(path: string): Readonly<Record<string, string>> {
  if (path === PLAIN_RUNNER) return {};
  return path === RUNNER_PATH ? RUNNER_HEADERS : APP_HEADERS;
}
