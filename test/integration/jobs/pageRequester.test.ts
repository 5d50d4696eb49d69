import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Browser, Page } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocketServer } from "ws";
import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { toBase64url } from "#shared/base/base64url.ts";
import type { KernelRequest } from "#shared/ports/Kernel.ts";
import { pipeToBroker } from "../../../broker/mqtt/process/pipeToBroker.ts";
import { bundlePage } from "../../support/bundlePage.ts";
import { launchChromium } from "../../support/chromium.ts";
import { JobClass } from "../../support/jobs/JobClass.ts";
import { flowOf, requestFor } from "../../support/programs.ts";
import type { RequesterPage } from "./requesterPage.ts";

/** As strict as the app's: no inline script, no worker, nothing but this origin and its WebSocket. */
const POLICY = "default-src 'none'; script-src 'self'; connect-src 'self' ws:; worker-src 'none'";

let jobs: JobClass;
let server: Server;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  const script = await bundlePage(join(import.meta.dirname, "requesterPage.ts"));
  jobs = await JobClass.start();
  await jobs.startAgent();
  server = createServer((request, response) => {
    response.setHeader("content-security-policy", POLICY);
    response.setHeader("content-type", request.url === "/page.js" ? "text/javascript" : "text/html");
    response.end(request.url === "/page.js" ? script : '<!doctype html><script src="/page.js"></script>');
  });
  const sockets = new WebSocketServer({ server, path: "/mqtt", perMessageDeflate: false });
  const broker = { host: "127.0.0.1", port: jobs.broker.port };
  sockets.on("connection", (socket) => pipeToBroker(socket, broker, silentLogger));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  browser = await launchChromium();
  page = await browser.newPage();
}, 120_000);
afterAll(async () => {
  await browser.close();
  server.close();
  server.closeAllConnections();
  await jobs.stop();
});

const run = (request: KernelRequest) =>
  page.evaluate((asked) => (window as unknown as { page: RequesterPage }).page.run(asked), request);

describe("a page", () => {
  it("runs cells on an agent over WebSocket, under a strict policy", async () => {
    const complaints: string[] = [];
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    await page.goto(`http://${address}/`);
    await page.evaluate(
      ([url, content, topicTag, brokerSeed]) =>
        (window as unknown as { page: RequesterPage }).page.join(url, { content, topicTag, brokerSeed }),
      [
        ...[`ws://${address}/mqtt`, toBase64url(jobs.keys.content)],
        ...[jobs.keys.topicTag, toBase64url(jobs.keys.brokerSeed)],
      ] as unknown as readonly [string, string, string, string],
    );
    const { end, outputs } = await run(requestFor(flowOf({ a: "console.log('from far'); 6 * 7" }), "a"));
    expect(end).toEqual({ status: "ok" });
    expect(outputs).toMatchObject([{ text: "from far\n" }, { data: { "text/plain": "42" } }]);
    expect(complaints).toEqual([]);
  });

  it("waits for no timer when it asks and is answered: pages that nobody sees get theirs once a second", async () => {
    const request = requestFor(flowOf({ a: "1" }), "a");
    await run(request);
    const timers = await page.evaluate(
      async (asked) => {
        const native = window.setTimeout;
        let count = 0;
        const counting = (handler: TimerHandler, delay?: number): number => {
          if (!(delay! > 0)) count += 1;
          return native(handler, delay);
        };
        window.setTimeout = counting as typeof setTimeout;
        await (window as unknown as { page: RequesterPage }).page.run(asked);
        window.setTimeout = native;
        return count;
      },
      requestFor(flowOf({ a: "1" }), "a"),
    );
    expect(timers).toBe(0);
  });

  it("gets outputs of five megabytes, whole", async () => {
    const source = "image(new Uint8Array(5_000_000).fill(7), 'image/png')";
    const { end, outputs } = await run(requestFor(flowOf({ a: source }), "a"));
    expect(end).toEqual({ status: "ok" });
    expect(JSON.stringify(outputs).length).toBeGreaterThan(6_600_000);
  });
});
