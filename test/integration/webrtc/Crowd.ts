import { join } from "node:path";
import type { Browser, Frame, Page } from "playwright";
import { bundlePage } from "../../support/bundlePage.ts";
import { launchChromium } from "../../support/chromium.ts";
import { PageServer } from "../../support/PageServer.ts";
import type { PeerPage } from "./page.ts";

/** Many peers in a real Chromium: some in each page, each in a frame of its own. No class host, only signalling. */
export class Crowd {
  readonly #browser: Browser;
  readonly #pages: Page[] = [];
  readonly server: PageServer;

  private constructor(browser: Browser, server: PageServer) {
    this.#browser = browser;
    this.server = server;
  }

  static async start(): Promise<Crowd> {
    const script = await bundlePage(join(import.meta.dirname, "page.ts"));
    const [browser, server] = await Promise.all([launchChromium(), PageServer.start(script)]);
    return new Crowd(browser, server);
  }

  async addPage(room: string, password: string, peers: number): Promise<void> {
    const context = await this.#browser.newContext();
    const page = await context.newPage();
    await page.goto(this.server.local);
    this.#pages.push(page);
    await page.evaluate((count) => {
      for (let index = 0; index < count; index++) {
        const frame = document.createElement("iframe");
        frame.src = `/#${index}`;
        document.body.append(frame);
      }
    }, peers);
    for (const frame of await framesOf(page, peers)) {
      await frame.waitForFunction(() => "peer" in window);
      await call(frame, "open", room, password);
    }
  }

  get peers(): readonly Frame[] {
    return this.#pages.flatMap((page) => page.frames().slice(1));
  }

  /** Ends the process of the page that `peer` is in, with all its peers, without a word to anybody. */
  async crashPageOf(peer: Frame): Promise<void> {
    const page = peer.page();
    this.#pages.splice(this.#pages.indexOf(page), 1);
    const crashed = new Promise<void>((resolve) => page.once("crash", () => resolve()));
    const devTools = await page.context().newCDPSession(page);
    devTools.send("Page.crash").catch(() => undefined); // Nobody is left to answer.
    await crashed;
  }

  /** Closes one peer as its user would. */
  async remove(peer: Frame): Promise<void> {
    const element = await peer.frameElement();
    await element.evaluate((frame) => (frame as Element).remove());
  }

  async all<Name extends keyof PeerPage>(name: Name): Promise<readonly Awaited<ReturnType<PeerPage[Name]>>[]> {
    return Promise.all(this.peers.map((peer) => call(peer, name, ...([] as unknown as Parameters<PeerPage[Name]>))));
  }

  /** Waits until what all say satisfies `condition`. */
  async until<Name extends keyof PeerPage>(
    name: Name,
    condition: (values: readonly Awaited<ReturnType<PeerPage[Name]>>[]) => boolean,
    patience = 60_000,
  ): Promise<void> {
    const end = Date.now() + patience;
    for (;;) {
      const values = await this.all(name);
      if (condition(values)) return;
      if (Date.now() > end) throw new Error(`${name} stayed ${JSON.stringify(values).slice(0, 2_000)}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Waits until everybody has two links that work, to peers that are here. */
  async untilMended(): Promise<number> {
    const start = Date.now();
    const ends = new Set(await this.all("end"));
    await this.until("links", (links) => links.every((one) => one.filter((end) => ends.has(end)).length >= 2));
    return Date.now() - start;
  }

  /** One types, and all get it. Resolves with the milliseconds that took. */
  async hear(peer: Frame, text: string): Promise<number> {
    const start = Date.now();
    await call(peer, "insert", 0, text);
    await this.until("text", (texts) => texts.every((one) => one.includes(text)));
    return Date.now() - start;
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.server.close();
  }
}

async function framesOf(page: Page, count: number): Promise<readonly Frame[]> {
  await page.waitForFunction((wanted) => window.frames.length === wanted, count);
  const frames = page.frames().slice(1);
  for (const frame of frames) await frame.waitForLoadState();
  return frames;
}

export async function call<Name extends keyof PeerPage>(
  frame: Frame,
  name: Name,
  ...args: Parameters<PeerPage[Name]>
): Promise<Awaited<ReturnType<PeerPage[Name]>>> {
  const ask = ({ name, args }: { name: string; args: readonly unknown[] }): unknown =>
    (window as unknown as { peer: Record<string, (...args: readonly unknown[]) => unknown> }).peer[name]?.(...args);
  return (await frame.evaluate(ask, { name, args })) as Awaited<ReturnType<PeerPage[Name]>>;
}
