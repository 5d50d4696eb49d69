// Tabs of one browser at a real hub: one holds the connection for all. Channels and sockets are real; locks are given out
// by the test, as a browser would.

import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { HubAccess } from "#shared/adapters/hub/HubAccess.ts";
import { HubDocSource, hubUrlWithAccess } from "#shared/adapters/hub/HubDocSource.ts";
import { MemorySettings } from "#shared/adapters/memory/MemorySettings.ts";
import { systemClock } from "#shared/adapters/systemClock.ts";
import { RoomId } from "#shared/base/ids.ts";
import { seconds } from "#shared/base/units.ts";
import { Value } from "#shared/base/value.ts";
import type { HubMode } from "#shared/contracts/host/sealedHub.ts";
import type { Clock } from "#shared/ports/Clock.ts";
import { CHANGES_REFUSED, type AttachedSource, type SourceStatus } from "#shared/ports/DocSource.ts";
import { EVERYBODY } from "#shared/rooms/access/statement.ts";
import { foundRoom } from "#shared/rooms/founding.ts";
import type { RoomRef } from "#shared/rooms/roomLink.ts";
import { RoomSealer } from "#shared/rooms/RoomSealer.ts";
import { NotebookAccess } from "#shared/session/access/NotebookAccess.ts";
import { LedSource } from "../../../renderer/adapters/tabs/LedSource.ts";
import { TabAccess } from "../../../renderer/adapters/tabs/TabAccess.ts";
import type { TabLock } from "../../../renderer/adapters/tabs/TabLock.ts";
import { TabsDocSource } from "../../../renderer/adapters/tabs/TabsDocSource.ts";
import { NodeSigner } from "../../../workers/agent/NodeSigner.ts";
import { FakeClock } from "../../support/FakeClock.ts";
import { HubHost } from "../../support/HubHost.ts";
import { checkProperty, LONG } from "../../support/property.ts";
import { untilTrue, untilValue } from "../../support/until.ts";

const isRefused = (status: SourceStatus | undefined): boolean =>
  status?.state === "connected" && status.warning?.code === CHANGES_REFUSED;

/** One device with a browser: gives its one lock to the tab that has waited longest. */
class Browser {
  readonly signer: NodeSigner;
  readonly room: RoomRef;
  readonly host: HubHost;
  /** Of its channel: all browsers here are of one process, which gives channels to all. */
  readonly channel = RoomId.create();
  readonly tabs: Tab[] = [];
  readonly #waiting: Value<boolean>[] = [];

  constructor(host: HubHost, room: RoomRef, signer = NodeSigner.create()) {
    this.host = host;
    this.room = room;
    this.signer = signer;
  }

  lock(): TabLock {
    const held = new Value(this.#waiting.length === 0);
    this.#waiting.push(held);
    return {
      held,
      release: () => {
        held.set(false);
        const at = this.#waiting.indexOf(held);
        if (at >= 0) this.#waiting.splice(at, 1);
        this.#waiting[0]?.set(true);
      },
    };
  }

  /** In place of the browser's lock, and of the clock by which the hub is reached again. */
  open({ lock = this.lock(), clock = systemClock }: { readonly lock?: TabLock; readonly clock?: Clock } = {}): Tab {
    const tab = new Tab(this, lock, clock);
    this.tabs.push(tab);
    return tab;
  }
}

class Tab {
  readonly doc = new Y.Doc();
  readonly awareness = new Awareness(this.doc);
  readonly text = this.doc.getText("t");
  readonly access: NotebookAccess;
  readonly mode = new Value<HubMode>("unknown");
  readonly tabs: TabsDocSource;
  status: SourceStatus | undefined;
  /** Connections to the hub that are open, or opening. */
  readonly sockets = new Set<WebSocket>();
  readonly #attached: AttachedSource[];
  #keepsLock = false;

  constructor({ signer, room, host, channel }: Browser, lock: TabLock, clock: Clock) {
    const { sockets } = this;
    class OwnSocket extends WebSocket {
      constructor(url: string, protocols?: string | string[]) {
        super(url, protocols);
        sockets.add(this);
        this.addEventListener("close", () => sockets.delete(this));
      }
    }
    const address = `127.0.0.1:${host.port}`;
    const common = { clock, logger: silentLogger };
    const access = new HubAccess({ room: room.id, host: address, signer, name: () => "Ana", logger: silentLogger });
    const url = hubUrlWithAccess(`http://${address}`, room.id);
    const sealing = { sealer: new RoomSealer(room), mode: this.mode };
    const hub = new HubDocSource({ url, WebSocket: OwnSocket, ...common, access, sealing, speaksForTabs: true });
    const own = this.#lockUntilFrozen(lock);
    this.tabs = new TabsDocSource({ room: channel, lock: () => own, clock: systemClock });
    this.access = new NotebookAccess({ room, signer, settings: new MemorySettings(), logger: silentLogger });
    this.access.follow(new TabAccess(access, this.mode, this.tabs), this.mode);
    const led = new LedSource(hub, this.tabs, { clock: systemClock, shared: true });
    const document = { doc: this.doc, awareness: this.awareness };
    this.#attached = [this.tabs, led].map((source) => {
      return source.attach(document, (status) => {
        if (source === led) this.status = status;
      });
    });
  }

  get held(): boolean {
    return this.status?.state === "connected" && this.status.held;
  }

  /** As if the browser froze it: it says and does nothing any more, and keeps the lock. */
  async freeze(): Promise<void> {
    this.#keepsLock = true;
    for (const source of this.#attached.splice(0).reverse()) await source.detach();
  }

  async close(): Promise<void> {
    this.access.close();
    this.awareness.setLocalState(null);
    for (const source of this.#attached.splice(0).reverse()) await source.detach();
    this.awareness.destroy();
  }

  #lockUntilFrozen(given: TabLock): TabLock {
    return { held: given.held, release: () => (this.#keepsLock ? undefined : given.release()) };
  }
}

let host: HubHost;
const browsers: Browser[] = [];

function openBrowser(room: RoomRef, signer?: NodeSigner): Browser {
  const browser = new Browser(host, room, signer);
  browsers.push(browser);
  return browser;
}

beforeEach(async () => {
  host = await HubHost.start();
});
afterEach(async () => {
  for (const { tabs } of browsers.splice(0)) for (const tab of tabs) await tab.close();
  await host.close();
});

const openOne = (tab: Tab): boolean => [...tab.sockets].some((socket) => socket.readyState === WebSocket.OPEN);

/** A browser with two tabs of which the first leads, and somebody else; the notebook is the first's. */
async function scene(
  given: Parameters<Browser["open"]>[0] = {},
): Promise<{ readonly ana: Browser; readonly tabs: readonly [Tab, Tab]; readonly ben: Tab }> {
  const signer = NodeSigner.create();
  const room = foundRoom(signer.publicKey);
  const ana = openBrowser(room, signer);
  const tabs = [ana.open(given), ana.open()] as const;
  const ben = openBrowser(room).open();
  await untilTrue("the first is connected", () => openOne(tabs[0]) && openOne(ben));
  await untilTrue("the second is told so", () => tabs[1].status?.state === "connected");
  return { ana, tabs, ben };
}

describe("tabs of one browser at a hub", () => {
  it("hold one connection, over which the edits and the presence of each go both ways", async () => {
    const { tabs, ben } = await scene();
    const [first, second] = tabs;
    second.text.insert(0, "second ");
    first.text.insert(0, "first ");
    await untilTrue("Ben has both", () => ben.text.length === 13);
    ben.text.insert(0, "ben ");
    await untilTrue("the second has it", () => second.text.length === 17);
    await untilTrue("it is held, and all say so", () => first.held && second.held && ben.held);
    second.awareness.setLocalStateField("mood", "busy");
    const mood = (tab: Tab, of: Tab): unknown => tab.awareness.getStates().get(of.doc.clientID)?.["mood"];
    await untilTrue("Ben sees it", () => mood(ben, second) === "busy");
    ben.awareness.setLocalStateField("mood", "calm");
    await untilTrue("the second sees Ben", () => mood(second, ben) === "calm");
    expect([first.sockets.size, second.sockets.size]).toEqual([1, 0]);
    expect(second.mode.get()).toBe("plain");
  });

  it("say and hear who may do what in each, as the one device that they are", async () => {
    const { ana, tabs, ben } = await scene();
    const [first, second] = tabs;
    await untilValue(second.access.told, Boolean);
    const sees = (): boolean => second.access.view.get().members.some(({ here }) => here);
    await untilTrue("the second sees who is here", sees);
    await second.access.setRole(EVERYBODY, "viewer", "");
    await untilValue(ben.access.view, ({ role }) => role === "viewer");
    await untilValue(first.access.view, ({ everybody }) => everybody === "viewer");
    await first.access.setRole(browsers[1]!.signer.peer, "runner", "Ben");
    await untilValue(second.access.view, ({ members }) => members.some(({ role }) => role === "runner"));
    // What is refused is told in both.
    ben.text.insert(0, "not allowed");
    await untilValue(ben.access.view, ({ refused }) => refused !== undefined);
    const late = browsers[1]!.open();
    await untilValue(late.access.view, ({ refused, role }) => refused !== undefined && role === "runner");
    for (const tab of [ben, late]) await untilTrue("it does not say that it is sending", () => isRefused(tab.status));
    // A tab that comes later hears everything, too.
    const third = ana.open();
    await untilValue(third.access.view, ({ members, everybody }) => everybody === "viewer" && members.length === 1);
    expect([second.sockets.size, third.sockets.size, late.sockets.size]).toEqual([0, 0, 0]);
  });

  it("hand it on when the one that holds it goes, and show each other all the while", async () => {
    const { tabs, ben } = await scene();
    const [first, second] = tabs;
    second.awareness.setLocalStateField("mood", "busy");
    second.text.insert(0, "before ");
    await first.close();
    second.text.insert(0, "after ");
    await untilTrue("Ben has both", () => ben.text.toJSON() === "after before ");
    await untilTrue("it is held", () => second.held);
    const states = ben.awareness.getStates();
    await untilTrue("Ben sees the second", () => states.get(second.doc.clientID)?.["mood"] === "busy");
    expect(states.has(first.doc.clientID)).toBe(false);
    expect([first.sockets.size, second.sockets.size]).toEqual([0, 1]);
  });

  it.runIf(LONG)("do without the one that holds it while that is frozen", async () => {
    const { ana, tabs, ben } = await scene();
    const [first, second] = tabs;
    await first.freeze();
    second.text.insert(0, "alone ");
    await untilTrue("Ben has it", () => ben.text.toJSON() === "alone ");
    await untilTrue("it is held", () => second.held);
    expect([second.tabs.leads.get(), second.sockets.size]).toEqual([false, 1]);
    ben.text.insert(0, "ben ");
    await untilTrue("the second hears Ben", () => second.text.length === 10);
    await untilValue(second.access.told, Boolean);
    const thawed = ana.open({ lock: { held: new Value(true), release: () => undefined } });
    await untilTrue("the second needs no connection", () => second.sockets.size === 0 && openOne(thawed));
    second.text.insert(0, "again ");
    await untilTrue("Ben has that, too", () => ben.text.toJSON() === "again ben alone ");
  });

  it("come back each by itself when the one that holds it is late to", async () => {
    // Timers of a tab that is not seen ring once a minute; these not at all.
    const late = new FakeClock();
    const { tabs, ben } = await scene({ clock: late });
    const [first, second] = tabs;
    for (const socket of first.sockets) socket.terminate();
    second.text.insert(0, "meanwhile ");
    await untilTrue("Ben has it", () => ben.text.toJSON() === "meanwhile ");
    await untilTrue("it is held", () => second.held);
    expect([first.sockets.size, second.sockets.size]).toEqual([0, 1]);
    await second.access.setRole(EVERYBODY, "viewer", "");
    await untilValue(ben.access.view, ({ role }) => role === "viewer");
    await untilTrue("the first has it again", () => {
      if (first.sockets.size === 0) late.advance(seconds(1));
      return openOne(first);
    });
    await untilTrue("the second lets go", () => second.sockets.size === 0);
    first.text.insert(0, "all ");
    await untilTrue("Ben has that, too", () => ben.text.toJSON() === "all meanwhile ");
  });

  it("lose and double nothing, whoever comes and goes while everybody writes", async () => {
    type Move = readonly [what: "write" | "open" | "close" | "wait", which: number];
    const move = fc.tuple(fc.constantFrom<Move[0]>("write", "write", "write", "open", "close", "wait"), fc.nat(5));
    await checkProperty(
      "tabs hand the hub on",
      3,
      fc.asyncProperty(fc.array(move, { minLength: 20, maxLength: 40 }), async (moves) => {
        const room = foundRoom(NodeSigner.create().publicKey);
        const [ana, far] = [openBrowser(room), openBrowser(room).open()];
        const open = new Set([ana.open()]);
        const written: string[] = [];
        const write = ({ text }: Tab): void => {
          written.push(`<${written.length}>`);
          text.insert(text.length, written.at(-1)!);
        };
        for (const [what, which] of moves) {
          const tab = [...open][which % open.size]!;
          if (what === "open" && open.size < 4) open.add(ana.open());
          if (what === "wait") await new Promise((resolve) => setImmediate(resolve));
          if (what === "write") write(tab);
          if (what !== "close" || open.size === 1) continue;
          // Before that, what it wrote is perhaps in its storage alone, which these have not.
          await untilTrue("it is held", () => tab.held);
          open.delete(tab);
          write(tab);
          await tab.close();
        }
        const all = (): boolean => [...open, far].every((tab) => tab.text.length === written.join("").length);
        await untilTrue("everybody has everything", all);
        const found = [...far.text.toJSON().matchAll(/<\d+>/g)].map(([text]) => text);
        expect(found.sort()).toEqual([...written].sort());
        await untilTrue("it is held", () => [...open].every((tab) => tab.held));
        expect([...open].filter((tab) => tab.sockets.size > 0)).toHaveLength(1);
        for (const tab of [...open, far]) await tab.close();
      }),
    );
  });
});
