// A browser on a profile of its own with one tab of a class in it, both of which can be killed and come back.

import type { Page } from "playwright";
import * as Y from "yjs";
import { fromBase64url } from "#shared/base/base64url.ts";
import type { RoomId } from "#shared/base/ids.ts";
import type { SyncView } from "#shared/session/views.ts";
import { bundlePage } from "../bundlePage.ts";
import { createProfile, launchKillable, type KillableChromium } from "../killableChromium.ts";
import { killAll } from "../processes.ts";
import type { Told } from "./killPage.ts";
import { PageFront } from "./PageFront.ts";
import { join } from "node:path";

/** Which process a tab has is only known on Linux. */
export const CAN_KILL_TAB = process.platform === "linux";

type Profile = Awaited<ReturnType<typeof createProfile>>;

export class KillableTab {
  readonly #profile: Profile;
  readonly #front: PageFront;
  readonly #onTold: (told: Told) => void;
  #browser: KillableChromium | undefined;
  #page: Page | undefined;
  /** Of the tab. Known beforehand, so that it dies where it is and not where it stops to be asked. */
  #process: number | undefined;

  private constructor(profile: Profile, front: PageFront, { onTold }: KillableTabOptions) {
    this.#profile = profile;
    this.#front = front;
    this.#onTold = onTold;
  }

  static async create(options: KillableTabOptions): Promise<KillableTab> {
    const script = await bundlePage(join(import.meta.dirname, "killPage.ts"));
    const code = script.replaceAll("</script", "<\\/script");
    const html = `<!doctype html><meta charset="utf-8"><title>tab</title><script>${code}</script>`;
    const front = await PageFront.open(options.port, html);
    return new KillableTab(await createProfile(), front, options);
  }

  /** Opens the tab, and the browser if it is not there, and reads the notebook from its storage alone. */
  async open(room: RoomId): Promise<Y.Doc> {
    this.#browser ??= await this.#launch();
    this.#page = await this.#browser.context.newPage();
    await this.#page.goto(this.#front.url);
    if (CAN_KILL_TAB) this.#process = await this.#browser.processOf(this.#page);
    await this.#page.evaluate((id) => killPage.open(id), room);
    return await this.read();
  }

  async typeAtHost(writer: string, seed: number): Promise<void> {
    await this.#page!.evaluate(([name, start]) => (killPage.join(), killPage.typeOn(name, start)), [
      writer,
      seed,
    ] as const);
  }

  async stopTyping(): Promise<void> {
    await this.#page!.evaluate(() => killPage.stopTyping());
  }

  async resync(): Promise<void> {
    await this.#page!.evaluate(() => killPage.resync());
  }

  async view(): Promise<SyncView> {
    return await this.#page!.evaluate(() => killPage.view());
  }

  async problems(): Promise<readonly string[]> {
    return await this.#page!.evaluate(() => killPage.problems());
  }

  async read(): Promise<Y.Doc> {
    const state = await this.#page!.evaluate(() => killPage.state());
    const doc = new Y.Doc();
    Y.applyUpdate(doc, fromBase64url(state)!);
    return doc;
  }

  /** SIGKILL to the tab's process, and no other: the browser and its storage go on. Where `CAN_KILL_TAB`. */
  async killTab(): Promise<void> {
    const page = this.#page!;
    const crashed = new Promise((resolve) => page.once("crash", resolve));
    killAll([this.#process!]);
    await crashed;
    await page.close();
  }

  /** SIGKILL to the browser. */
  async killBrowser(): Promise<void> {
    await this.#browser!.kill();
    this.#browser = undefined;
  }

  async close(): Promise<void> {
    await this.#browser?.kill();
    await this.#front.close();
    await this.#profile.remove();
  }

  async #launch(): Promise<KillableChromium> {
    const browser = await launchKillable(this.#profile.folder);
    await browser.context.exposeFunction("told", (what: Told) => this.#onTold(what));
    return browser;
  }
}

export interface KillableTabOptions {
  /** Port of the host. */
  readonly port: number;
  readonly onTold: (told: Told) => void;
}
