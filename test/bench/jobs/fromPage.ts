// A job asked for by a page, over WebSocket: signed by the browser, as pages on https and localhost do, or in JavaScript, as
// pages on plain http must.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { WebSocketServer } from "ws";
import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { toBase64url } from "#shared/base/base64url.ts";
import { pipeToBroker } from "../../../broker/mqtt/process/pipeToBroker.ts";
import type { RequesterPage } from "../../integration/jobs/requesterPage.ts";
import { bundlePage } from "../../support/bundlePage.ts";
import { launchChromium } from "../../support/chromium.ts";
import { JobClass } from "../../support/jobs/JobClass.ts";
import { pauseFor } from "./LoadedAgent.ts";
import { quantile } from "./quantile.ts";

const WARM_UP = 200;
const SINGLE = 400;

export interface PageFigures {
  readonly page_ws_p50_ms: number;
  readonly page_ws_plain_http_p50_ms: number;
}

/** Milliseconds of the middle one of some single jobs that do nothing. */
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
    const requests = Array.from({ length: WARM_UP + SINGLE }, () => pauseFor(0));
    const measure = async (guarded: boolean): Promise<number> => {
      const page = await browser.newPage();
      await page.goto(`http://${address}/`);
      const times = await page.evaluate(
        async ({ url, keys, requests, guarded }) => {
          // reason: the page's script puts it there.
          const { page } = window as unknown as { page: RequesterPage };
          await page.join(url, keys, guarded);
          const times: number[] = [];
          for (const request of requests) times.push((await page.run(request)).ms);
          return times;
        },
        { url: `ws://${address}/mqtt`, keys, requests, guarded },
      );
      await page.close();
      return quantile(times.slice(WARM_UP), 0.5);
    };
    return {
      page_ws_p50_ms: await measure(true),
      page_ws_plain_http_p50_ms: await measure(false),
    };
  } finally {
    await browser.close();
    server.close();
    server.closeAllConnections();
    await jobs.stop();
  }
}
