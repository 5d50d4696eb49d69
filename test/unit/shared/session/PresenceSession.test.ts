import { afterEach, describe, expect, it } from "vitest";
import { applyAwarenessUpdate, Awareness, encodeAwarenessUpdate } from "y-protocols/awareness";
import * as Y from "yjs";
import { CellId, PeerId, RunId } from "#shared/base/ids.ts";
import { ms } from "#shared/base/units.ts";
import { Value } from "#shared/base/value.ts";
import { PresenceSession } from "#shared/session/PresenceSession.ts";
import { countListeners } from "../../../support/countListeners.ts";
import { FakeClock } from "../../../support/FakeClock.ts";

const sessions: { presence: PresenceSession; awareness: Awareness; doc: Y.Doc }[] = [];

function join(device: string) {
  const doc = new Y.Doc();
  const awareness = new Awareness(doc);
  const clock = new FakeClock();
  const name = new Value(`name of ${device}`);
  const peer = PeerId.parse(device.padEnd(22, "x"))!;
  const presence = new PresenceSession({ awareness, peer, name, capabilities: ["chunk1"], clock });
  sessions.push({ presence, awareness, doc });
  return { awareness, clock, name, peer, presence, client: doc.clientID };
}

type Joined = ReturnType<typeof join>;

/** Lets what is waiting be published, and everybody hear of everybody. */
async function settle(...joined: readonly Joined[]): Promise<void> {
  for (const { clock } of joined) await clock.advanceAsync(ms(200));
  for (const from of joined) {
    const update = encodeAwarenessUpdate(from.awareness, [from.client]);
    for (const to of joined) if (to !== from) applyAwarenessUpdate(to.awareness, update, "test");
  }
}

afterEach(() => {
  for (const { presence, awareness, doc } of sessions.splice(0)) {
    presence.leave();
    awareness.destroy();
    doc.destroy();
  }
});

describe("PresenceSession", () => {
  it("shows others what we do", async () => {
    const [ana, ben] = [join("ana"), join("ben")];
    const [cell, run] = [CellId.create(), RunId.create()];
    ana.presence.setFocus(cell);
    ana.presence.setRunning([{ cell, run }]);
    ana.presence.publishDigest("digest");
    ana.name.set("Ana");
    await settle(ana, ben);
    const [view] = ben.presence.peers.get();
    expect(view).toMatchObject({
      clientId: ana.client,
      presence: {
        peer: ana.peer,
        name: "Ana",
        cell,
        running: [{ cell, run }],
        digest: "digest",
        capabilities: ["chunk1"],
      },
    });
  });

  it("lists a person once, and tabs of this device only as replicas", async () => {
    const [here, tab, ana1, ana2] = [join("me"), join("me"), join("ana"), join("ana")];
    await settle(here, tab, ana1, ana2);
    expect(here.presence.peers.get().map((view) => view.presence.peer)).toEqual([ana1.peer]);
    expect(here.presence.replicas.get().map((view) => view.clientId)).toEqual([tab.client, ana1.client, ana2.client]);
  });

  it("keeps what did not change the same object, so that views are not drawn again", async () => {
    const [me, ana, ben] = [join("me"), join("ana"), join("ben")];
    await settle(me, ana, ben);
    const before = me.presence.peers.get();
    ana.awareness.setLocalState(ana.awareness.getLocalState()); // A renewal: says nothing new.
    await settle(me, ana, ben);
    expect(me.presence.peers.get()).toBe(before);
    ben.name.set("Ben");
    await settle(me, ana, ben);
    expect(me.presence.peers.get()[0]).toBe(before[0]);
    expect(me.presence.peers.get()[1]).not.toBe(before[1]);
  });

  it("drops peers it can no longer reach, and takes them back", async () => {
    const [me, ana] = [join("me"), join("ana")];
    me.presence.setReach({ relay: true, links: new Set() });
    await settle(me, ana);
    me.presence.setReach({ relay: false, links: new Set() });
    expect(me.presence.peers.get()).toEqual([]);
    await settle(me, ana);
    expect(me.presence.peers.get().length).toBe(1);
  });

  it("says goodbye when it leaves, and stops listening", async () => {
    const [me, ana] = [join("me"), join("ana")];
    await settle(me, ana);
    ana.presence.leave();
    applyAwarenessUpdate(me.awareness, encodeAwarenessUpdate(ana.awareness, [ana.client]), "test");
    expect(me.presence.peers.get()).toEqual([]);
    ana.name.set("after leaving");
    expect(ana.awareness.getLocalState()).toBeNull();
    expect(countListeners(ana.awareness)).toBe(0);
  });
});
