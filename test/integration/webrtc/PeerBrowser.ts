import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright";
import { bundlePage } from "../../support/bundlePage.ts";
import { launchChromium } from "../../support/chromium.ts";
import { PageServer } from "../../support/PageServer.ts";
import type { PeerPage } from "./page.ts";

/** Chromium with peers in contexts of their own, so that only signalling and WebRTC join them. */
export class PeerBrowser {
  readonly #browser: Browser;
  readonly #contexts: BrowserContext[] = [];
  readonly #peers: Peer[] = [];
  readonly server: PageServer;

  private constructor(browser: Browser, server: PageServer) {
    this.#browser = browser;
    this.server = server;
  }

  static async start(): Promise<PeerBrowser> {
    const script = await bundlePage(join(import.meta.dirname, "page.ts"));
    const [browser, server] = await Promise.all([launchChromium(), PageServer.start(script)]);
    return new PeerBrowser(browser, server);
  }

  /** Opens the page at `base` as somebody else's browser would. */
  async peer(base: string = this.server.local): Promise<Peer> {
    const context = await this.#browser.newContext();
    this.#contexts.push(context);
    const page = await context.newPage();
    await page.goto(base);
    const peer = new Peer(page);
    this.#peers.push(peer);
    return peer;
  }

  /** Errors and unhandled rejections in any page since the last call to `closePeers`. */
  async problems(): Promise<readonly string[]> {
    return (await Promise.all(this.#peers.map((peer) => peer.call("problems")))).flat();
  }

  async closePeers(): Promise<void> {
    await Promise.all(this.#contexts.splice(0).map((context) => context.close()));
    this.#peers.length = 0;
  }

  async close(): Promise<void> {
    await this.closePeers();
    await this.#browser.close();
    await this.server.close();
  }
}

/** One page, driven through what it exposes as `window.peer`. */
export class Peer {
  readonly page: Page;
  readonly #log: string[] = [];

  constructor(page: Page) {
    this.page = page;
    const opened = Date.now();
    page.on("console", (message) => {
      const line = this.#log.push("") - 1;
      const write = (fields: readonly unknown[]): void => {
        this.#log[line] = `${Date.now() - opened} ms ${fields.map((field) => JSON.stringify(field)).join(" ")}`;
      };
      Promise.all(message.args().map((argument) => argument.jsonValue())).then(write, () => write([message.text()]));
    });
  }

  async call<Name extends keyof PeerPage>(
    name: Name,
    ...args: Parameters<PeerPage[Name]>
  ): Promise<Awaited<ReturnType<PeerPage[Name]>>> {
    const ask = ({ name, args }: { name: string; args: readonly unknown[] }): unknown =>
      (window as unknown as { peer: Record<string, (...args: readonly unknown[]) => unknown> }).peer[name]?.(...args);
    return (await this.page.evaluate(ask, { name, args })) as Awaited<ReturnType<PeerPage[Name]>>;
  }

  /** Waits until what `name` gives satisfies `condition`. */
  async until<Name extends keyof PeerPage>(
    name: Name,
    condition: (value: Awaited<ReturnType<PeerPage[Name]>>) => boolean,
    args: Parameters<PeerPage[Name]>,
    patience = 60_000,
  ): Promise<Awaited<ReturnType<PeerPage[Name]>>> {
    const end = Date.now() + patience;
    for (;;) {
      const value = await this.call(name, ...args);
      if (condition(value)) return value;
      if (Date.now() > end) throw new Error(await this.#stayed(name, value));
      await this.page.waitForTimeout(20);
    }
  }

  /** What did not change, and what the page said meanwhile. */
  async #stayed(name: string, value: unknown): Promise<string> {
    const shown = JSON.stringify(value).slice(0, 300);
    const [problems, status] = [await this.call("problems"), await this.call("status")];
    const state = JSON.stringify({ problems, status, bytesReceived: await this.call("bytesReceived") });
    return `${name} stayed ${shown}; ${state}; the page said:\n${this.#log.slice(-60).join("\n")}`;
  }
}
