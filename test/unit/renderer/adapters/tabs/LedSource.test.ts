// Tabs of one browser and the network that one of them holds: real channels, locks given out by the test.

import { afterEach, describe, expect, it } from "vitest";
import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { MemoryDocSource } from "#shared/adapters/memory/MemoryDocSource.ts";
import { MemoryHub } from "#shared/adapters/memory/MemoryHub.ts";
import { systemClock } from "#shared/adapters/systemClock.ts";
import { RoomId } from "#shared/base/ids.ts";
import { Value } from "#shared/base/value.ts";
import type { AttachedSource, DocSource, SourceStatus } from "#shared/ports/DocSource.ts";
import { LedSource } from "../../../../../renderer/adapters/tabs/LedSource.ts";
import type { TabLock } from "../../../../../renderer/adapters/tabs/TabLock.ts";
import { TabsDocSource } from "../../../../../renderer/adapters/tabs/TabsDocSource.ts";
import { untilTrue } from "../../../../support/until.ts";

/** The browser: gives its one lock to the tab that has waited longest. */
class Browser {
  readonly room = RoomId.create();
  readonly hub = new MemoryHub({ clock: systemClock, stores: true, kind: "hub" });
  readonly tabs: Tab[] = [];
  readonly #waiting: Value<boolean>[] = [];

  readonly lock = (): TabLock => {
    const held = new Value(this.#waiting.length === 0);
    this.#waiting.push(held);
    return { held, release: () => this.#giveUp(held) };
  };

  open(): Tab {
    const tab = new Tab(this);
    this.tabs.push(tab);
    return tab;
  }

  #giveUp(held: Value<boolean>): void {
    held.set(false);
    const at = this.#waiting.indexOf(held);
    if (at >= 0) this.#waiting.splice(at, 1);
    this.#waiting[0]?.set(true);
  }
}

class Tab {
  readonly doc = new Y.Doc();
  readonly awareness = new Awareness(this.doc);
  readonly text = this.doc.getText("t");
  status: SourceStatus | undefined;
  /** Networks of this tab that are attached now. */
  links = 0;
  readonly #attached: readonly AttachedSource[];

  constructor({ room, lock, hub }: Browser) {
    const tabs = new TabsDocSource({ room, lock, clock: systemClock });
    const inner = new MemoryDocSource(hub);
    const network: DocSource & { readonly kind: "hub" } = {
      kind: "hub",
      attach: (document, report) => {
        this.links++;
        const attached = inner.attach(document, report);
        return {
          ready: attached.ready,
          flush: () => attached.flush(),
          resync: () => attached.resync(),
          detach: () => {
            this.links--;
            return attached.detach();
          },
        };
      },
    };
    const document = { doc: this.doc, awareness: this.awareness };
    const led = new LedSource(network, tabs, { clock: systemClock, shared: true });
    this.#attached = [tabs.attach(document, () => undefined), led.attach(document, (status) => (this.status = status))];
  }

  get held(): boolean {
    return this.status?.state === "connected" && this.status.held;
  }

  async close(): Promise<void> {
    this.awareness.setLocalState(null);
    for (const source of [...this.#attached].reverse()) await source.detach();
    this.awareness.destroy();
  }
}

const browsers: Browser[] = [];
function openBrowser(): Browser {
  const browser = new Browser();
  browsers.push(browser);
  return browser;
}

afterEach(async () => {
  for (const { tabs, hub } of browsers.splice(0)) {
    for (const tab of tabs) await tab.close();
    hub.close();
  }
});

const hostText = (browser: Browser): string => browser.hub.document!.getText("t").toJSON();

describe("tabs of one browser", () => {
  it("hold a network once, and carry everybody's edits over it", async () => {
    const browser = openBrowser();
    const [first, second, third] = [browser.open(), browser.open(), browser.open()];
    third.text.insert(0, "from the third. ");
    first.text.insert(0, "from the first. ");
    await untilTrue("the host has both", () => hostText(browser).length === 32);
    await untilTrue("all agree", () => second.text.toJSON() === hostText(browser));
    expect([first.links, second.links, third.links]).toEqual([1, 0, 0]);
  });

  it("say held in every tab of what is held, and take it back with the next edit", async () => {
    const browser = openBrowser();
    const [first, second] = [browser.open(), browser.open()];
    second.text.insert(0, "held?");
    await untilTrue("both say held", () => first.held && second.held);
    expect(hostText(browser)).toBe("held?");
    second.text.insert(0, "not yet ");
    expect(second.held).toBe(false);
    await untilTrue("held again", () => second.held);
    expect(hostText(browser)).toBe("not yet held?");
    browser.hub.cut();
    second.text.insert(0, "offline ");
    await untilTrue("both know", () => second.status?.state === "offline");
    expect(hostText(browser)).toBe("not yet held?");
  });

  it("hand the network on when the tab that holds it goes, and lose nothing", async () => {
    const browser = openBrowser();
    const [first, second] = [browser.open(), browser.open()];
    await untilTrue("the second is told", () => second.status?.state === "connected");
    second.text.insert(0, "typed while the first left. ");
    await first.close();
    await untilTrue("the second holds it", () => second.links === 1);
    second.text.insert(0, "typed after. ");
    await untilTrue("the host has it", () => hostText(browser) === "typed after. typed while the first left. ");
    expect(first.links).toBe(0);
  });

  it("show the presence of each tab to others", async () => {
    const browser = openBrowser();
    const [first, second] = [browser.open(), browser.open()];
    const far = new Y.Doc();
    const farAwareness = new Awareness(far);
    const farSource = new MemoryDocSource(browser.hub).attach({ doc: far, awareness: farAwareness }, () => undefined);
    const seen = (tab: Tab): unknown => farAwareness.getStates().get(tab.doc.clientID)?.["mood"];
    first.awareness.setLocalStateField("mood", "calm");
    second.awareness.setLocalStateField("mood", "busy");
    await untilTrue("both are seen", () => seen(first) === "calm" && seen(second) === "busy");
    farAwareness.setLocalStateField("mood", "far");
    const sees = (tab: Tab): unknown => tab.awareness.getStates().get(far.clientID)?.["mood"];
    await untilTrue("both see", () => sees(first) === "far" && sees(second) === "far");
    await second.close();
    await untilTrue("the second is gone for all", () => !farAwareness.getStates().has(second.doc.clientID));
    await farSource.detach();
    farAwareness.destroy();
  });
});
