// A job asked for by a page, over WebSocket: signed by the browser, as pages on https and localhost do, or in JavaScript, as
// pages on plain http must.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { WebSocketServer } from "ws";
import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { toBase64url } from "#shared/base/base64url.ts";
import type { KernelRequest } from "#shared/ports/Kernel.ts";
import { pipeToBroker } from "../../../broker/mqtt/process/pipeToBroker.ts";
import type { RequesterPage } from "../../integration/jobs/requesterPage.ts";
import { bundlePage } from "../../support/bundlePage.ts";
import { launchChromium } from "../../support/chromium.ts";
import { JobClass } from "../../support/jobs/JobClass.ts";
import { pauseFor } from "./LoadedAgent.ts";
import { quantile } from "./quantile.ts";
import { IN_FLIGHT, WARM_UP } from "./warmUp.ts";

/** The first ones, of which each is waited for. */
const FIRST = 500;
const SINGLE = 400;

export interface PageFigures {
  readonly page_ws_p50_ms: number;
  readonly page_ws_first_500_p50_ms: number;
  readonly page_ws_plain_http_p50_ms: number;
}

/** Milliseconds of the middle one of some single jobs that do nothing, in the steady state and at first. */
export async function measureFromPage(): Promise<PageFigures> {
  const script = await bundlePage(join(import.meta.dirname, "../../test/integration/jobs/requesterPage.ts"));
  const jobs = await JobClass.start();
  await jobs.startAgent();
  const server = createServer((request, response) => {
    response.setHeader("content-type", request.url === "/page.js" ? "text/javascript" : "text/html");
    response.end(request.url === "/page.js" ? script : '<!doctype html><script src="/page.js"></script>');
  });
  const sockets = new WebSocketServer({
    server,
    path: "/mqtt",
    perMessageDeflate: false,
  });
  const broker = { host: "127.0.0.1", port: jobs.broker.port };
  sockets.on("connection", (socket) => pipeToBroker(socket, broker, silentLogger));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const browser = await launchChromium();
  try {
    // reason: a listening TCP server has an address with a port.
    const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { content, topicTag, brokerSeed } = jobs.keys;
    const keys = {
      content: toBase64url(content),
      topicTag,
      brokerSeed: toBase64url(brokerSeed),
    };
    const requestsOf = (count: number): KernelRequest[] => Array.from({ length: count }, () => pauseFor(0));
    const measure = async (guarded: boolean): Promise<{ first: number; steady: number }> => {
      const page = await browser.newPage();
      await page.goto(`http://${address}/`);
      const requests = { first: requestsOf(FIRST), warmUp: requestsOf(WARM_UP), single: requestsOf(SINGLE) };
      const times = await page.evaluate(
        async ({ url, keys, requests, guarded, lanes }) => {
          // reason: the page's script puts it there.
          const { page } = window as unknown as { page: RequesterPage };
          await page.join(url, keys, guarded);
          const timesOf = async (each: typeof requests.first): Promise<number[]> => {
            const times: number[] = [];
            for (let next = each.shift(); next !== undefined; next = each.shift())
              times.push((await page.run(next)).ms);
            return times;
          };
          const first = await timesOf(requests.first);
          await Promise.all(Array.from({ length: lanes }, () => timesOf(requests.warmUp)));
          return { first, steady: await timesOf(requests.single) };
        },
        { url: `ws://${address}/mqtt`, keys, requests, guarded, lanes: IN_FLIGHT },
      );
      await page.close();
      return { first: quantile(times.first, 0.5), steady: quantile(times.steady, 0.5) };
    };
    const guarded = await measure(true);
    const plain = await measure(false);
    return {
      page_ws_p50_ms: guarded.steady,
      page_ws_first_500_p50_ms: guarded.first,
      page_ws_plain_http_p50_ms: plain.steady,
    };
  } finally {
    await browser.close();
    server.close();
    server.closeAllConnections();
    await jobs.stop();
  }
}
