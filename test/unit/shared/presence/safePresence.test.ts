import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Awareness, encodeAwarenessUpdate } from "y-protocols/awareness";
import * as Y from "yjs";
import { ms } from "#shared/base/units.ts";
import {
  AWARENESS_PEERS_LIMIT,
  AWARENESS_STATE_LIMIT,
  foreignEntries,
  readAwarenessUpdate,
  writeAwarenessUpdate,
} from "#shared/presence/cleanAwareness.ts";
import { readCursor } from "#shared/presence/cursor.ts";
import { forgetPeers, ghosts, NO_REACH } from "#shared/presence/ghosts.ts";
import { LocalPresence, PUBLISH_DELAY, PUBLISH_SPACING } from "#shared/presence/LocalPresence.ts";
import { PEER_CSS } from "#shared/presence/peerColors.ts";
import { SafeAwareness } from "#shared/presence/SafeAwareness.ts";
import { countListeners } from "../../../support/countListeners.ts";
import { FakeClock } from "../../../support/FakeClock.ts";

const PEER = "p".repeat(22);
const docs: Y.Doc[] = [];

function newAwareness(): Awareness {
  const doc = new Y.Doc();
  docs.push(doc);
  return new Awareness(doc);
}

function safe(): { awareness: Awareness; editors: SafeAwareness; local: LocalPresence; clock: FakeClock } {
  const awareness = newAwareness();
  const clock = new FakeClock();
  const local = new LocalPresence(awareness, clock);
  return { awareness, clock, local, editors: new SafeAwareness(awareness, local, (client) => client === 7) };
}

/** Puts a state there as a message from another peer would. */
function show(awareness: Awareness, client: number, state: unknown): void {
  const known = awareness.states.has(client);
  awareness.states.set(client, state as Record<string, unknown>);
  const change = { added: known ? [] : [client], updated: known ? [client] : [], removed: [] };
  awareness.emit("change", [change, "test"]);
}

afterEach(() => {
  for (const doc of docs.splice(0)) doc.destroy();
});

describe("SafeAwareness", () => {
  it("shows what was parsed, with colours of our own", () => {
    const { awareness, editors } = safe();
    const id = { client: 1, clock: 2 };
    show(awareness, 7, {
      peer: PEER,
      user: { name: "Ana", colorName: "pink", color: "red; background: url(http://evil)", colorLight: "evil" },
      cursor: { anchor: { type: null, tname: null, item: id, assoc: 0 }, head: { type: id, assoc: -1 } },
      evil: "field",
    });
    const { anchor, head } = editors.getStates().get(7)!.cursor!;
    expect(editors.getStates().get(7)).toEqual({
      peer: PEER,
      cell: undefined,
      proven: true,
      user: { name: "Ana", colorName: "pink", ...PEER_CSS.pink },
      cursor: { anchor, head },
    });
    expect(Y.relativePositionToJSON(anchor)).toEqual({ item: id, assoc: 0 });
    expect(Y.relativePositionToJSON(head)).toEqual({ type: id, assoc: -1 });
  });

  it("shows nothing of a peer that shows nothing we understand, and follows when peers change and go", () => {
    const { awareness, editors } = safe();
    const heard: unknown[] = [];
    const listener = (change: unknown): void => void heard.push(change);
    editors.on("change", listener);
    show(awareness, 7, { user: { name: "no peer id" } });
    expect(editors.getStates().size).toBe(0);
    show(awareness, 7, { peer: PEER });
    expect(editors.getStates().get(7)!.user.name).toBe("Guest");
    forgetPeers(awareness, [7]);
    expect(editors.getStates().size).toBe(0);
    expect(heard.length).toBe(3);
    editors.off("change", listener);
    show(awareness, 7, { peer: PEER });
    expect(heard.length).toBe(3);
  });

  it("lets one failing editor not silence the others", () => {
    const { awareness, editors } = safe();
    let heard = 0;
    editors.on("change", () => {
      throw new Error("the editor is gone");
    });
    editors.on("change", () => (heard += 1));
    const told = vi.spyOn(console, "error").mockImplementation(() => {});
    show(awareness, 7, { peer: PEER });
    expect([heard, told.mock.calls.length]).toEqual([1, 1]);
    editors.dispose();
    told.mockRestore();
  });

  it("leaves no listener behind", () => {
    const { awareness, editors } = safe();
    editors.dispose();
    expect(countListeners(awareness)).toBe(0);
  });
});

describe("readCursor", () => {
  it("refuses positions that Yjs would create a root for, or throw on", () => {
    const good = { item: { client: 1, clock: 0 } };
    for (const bad of [
      undefined,
      null,
      "text",
      { anchor: good },
      { anchor: good, head: { tname: "invented-root" } },
      { anchor: good, head: { item: { client: 1, clock: 0.5 } } },
      { anchor: good, head: { item: { client: -1, clock: 0 } } },
      { anchor: good, head: { item: { client: "1", clock: 0 } } },
      { anchor: good, head: {} },
    ]) {
      expect(readCursor(bad)).toBeUndefined();
    }
  });

  it("never gives what makes a document throw or grow", () => {
    const doc = new Y.Doc();
    const cell = new Y.Text("text");
    doc.getMap("cells").set("c", cell);
    const anything = fc.oneof(
      fc.anything(),
      fc.record({ client: fc.constantFrom(doc.clientID, 1, -1, 0.5), clock: fc.integer({ min: -2, max: 20 }) }),
    );
    const position = fc.record(
      { type: anything, item: anything, tname: anything, assoc: anything },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.record({ anchor: position, head: position }), (cursor) => {
        const read = readCursor(cursor);
        if (read) for (const one of [read.anchor, read.head]) Y.createAbsolutePositionFromRelativePosition(one, doc);
        expect([...doc.share.keys()]).toEqual(["cells"]);
      }),
    );
    doc.destroy();
  });
});

describe("LocalPresence", () => {
  it("publishes the first change soon after the text it came with, and those that follow closely together", () => {
    const { awareness, local, clock } = safe();
    const published: unknown[] = [];
    awareness.on("update", () => published.push(awareness.getLocalState()));
    local.set("cell", "a");
    local.set("cursor", 1);
    expect(local.state).toEqual({ cell: "a", cursor: 1 });
    expect(published).toEqual([]);
    clock.advance(PUBLISH_DELAY);
    expect(published).toEqual([{ cell: "a", cursor: 1 }]);
  });

  it("publishes no more than ten times a second, the newest last", () => {
    const { awareness, local, clock } = safe();
    let published = 0;
    awareness.on("update", () => published++);
    for (let time = 0; time < 1_000; time += 10) {
      local.set("cursor", time);
      clock.advance(ms(10));
    }
    clock.advance(PUBLISH_SPACING);
    expect(published).toBeLessThanOrEqual(11);
    expect(awareness.getLocalState()).toEqual({ cursor: 990 });
  });

  it("leaves fields of others alone, and says nothing when we have left", () => {
    const { awareness, local, clock } = safe();
    awareness.setLocalStateField("link", "uuid");
    local.set("cell", "a");
    clock.advance(PUBLISH_DELAY);
    expect(awareness.getLocalState()).toEqual({ link: "uuid", cell: "a" });
    awareness.setLocalState(null);
    local.set("cell", "b");
    local.publish();
    expect(awareness.getLocalState()).toBeNull();
  });
});

describe("awareness updates from others", () => {
  it("read and write as y-protocols does", () => {
    const awareness = newAwareness();
    awareness.setLocalState({ name: "Ana" });
    const update = encodeAwarenessUpdate(awareness, [awareness.clientID]);
    const entries = readAwarenessUpdate(update);
    expect(entries).toEqual([{ client: awareness.clientID, clock: 1, state: { name: "Ana" } }]);
    expect(writeAwarenessUpdate(entries!)).toEqual(update);
  });

  it("are refused whole when malformed or beyond the limits, and never throw", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (any) => void readAwarenessUpdate(any)));
    const entry = { client: 1, clock: 1, state: {} };
    const peers = Array.from({ length: AWARENESS_PEERS_LIMIT + 1 }, (_, client) => ({ ...entry, client }));
    expect(readAwarenessUpdate(writeAwarenessUpdate(peers))).toBeUndefined();
    expect(readAwarenessUpdate(writeAwarenessUpdate(peers.slice(1)))).toHaveLength(AWARENESS_PEERS_LIMIT);
    const large = { ...entry, state: { text: "x".repeat(AWARENESS_STATE_LIMIT) } };
    expect(readAwarenessUpdate(writeAwarenessUpdate([large]))).toBeUndefined();
    const array = { ...entry, state: [] as never };
    expect(readAwarenessUpdate(writeAwarenessUpdate([array]))).toBeUndefined();
  });

  it("may say that we left, but not what we show", () => {
    const [own, gone, other] = [
      { client: 1, clock: 9, state: { name: "forged" } },
      { client: 1, clock: 9, state: undefined },
      { client: 2, clock: 1, state: {} },
    ];
    expect(foreignEntries([own, gone, other], 1)).toEqual([gone, other]);
  });
});

describe("ghosts", () => {
  const linked = { client: 1, link: "a" };
  const relayed = { client: 2, link: undefined };
  const links = (...ids: string[]): ReadonlySet<string> => new Set(ids);

  it("are nobody while a relay is reached: it knows who has left", () => {
    expect(ghosts([linked, relayed], { relay: true, links: links("a") }, { relay: true, links: links() })).toEqual([]);
    expect(ghosts([linked, relayed], NO_REACH, { relay: true, links: links() })).toEqual([]);
  });

  it("are all that have no link when the relay is lost", () => {
    expect(ghosts([linked, relayed], { relay: true, links: links("a") }, { relay: false, links: links("a") })).toEqual([
      2,
    ]);
  });

  it("are those whose link is lost, and not those that were never linked", () => {
    expect(ghosts([linked, relayed], { relay: false, links: links("a") }, NO_REACH)).toEqual([1]);
    expect(ghosts([linked, relayed], NO_REACH, NO_REACH)).toEqual([]);
  });

  it("are forgotten here only, and come back with their next sign of life", () => {
    const [here, there] = [newAwareness(), newAwareness()];
    there.setLocalState({ name: "there" });
    show(here, there.clientID, { name: "there" });
    here.meta.set(there.clientID, { clock: 5, lastUpdated: 0 });
    let sentOn = 0;
    here.on("update", () => sentOn++);
    forgetPeers(here, [there.clientID, here.clientID]);
    expect([here.states.has(there.clientID), here.meta.has(there.clientID), sentOn]).toEqual([false, false, 0]);
    expect(here.getLocalState()).not.toBeNull();
  });
});
