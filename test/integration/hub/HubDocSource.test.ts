// The hub's client over real sockets: what it sends, when it gives up, and how it comes back.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { applyAwarenessUpdate, Awareness, encodeAwarenessUpdate } from "y-protocols/awareness";
import * as Y from "yjs";
import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { RELAY_DELAY, RELAY_SPREAD } from "#shared/adapters/hub/ForeignUpdates.ts";
import { HubDocSource } from "#shared/adapters/hub/HubDocSource.ts";
import { UNREADABLE_LIMIT } from "#shared/adapters/hub/hubConnectionEnd.ts";
import { ANSWER_LIMIT, SILENCE } from "#shared/adapters/hub/SilenceWatch.ts";
import { ms } from "#shared/base/units.ts";
import { FRAME_AWARENESS, FRAME_SYNC } from "#shared/contracts/host/hubProtocol.ts";
import type { AttachedSource, SourceStatus } from "#shared/ports/DocSource.ts";
import { FakeClock } from "../../support/FakeClock.ts";
import { TestHub } from "../../support/TestHub.ts";

/** A replica whose source has a clock that the test moves. */
class Replica {
  readonly doc = new Y.Doc();
  readonly text = this.doc.getText("t");
  readonly awareness = new Awareness(this.doc);
  readonly clock = new FakeClock();
  readonly statuses: SourceStatus[] = [];
  readonly attached: AttachedSource;

  constructor(url: string) {
    const source = new HubDocSource({ url, WebSocket, clock: this.clock, logger: silentLogger, random: () => 1 });
    this.attached = source.attach({ doc: this.doc, awareness: this.awareness }, (status) => this.statuses.push(status));
  }

  get status(): SourceStatus | undefined {
    return this.statuses.at(-1);
  }

  get held(): boolean {
    return this.status?.state === "connected" && this.status.held;
  }

  async end(): Promise<void> {
    const ended = this.attached.detach();
    await this.clock.advanceAsync(ms(5_000));
    await ended;
    this.awareness.destroy();
    this.doc.destroy();
  }
}

/** What takes a moment takes many on a busy computer. */
const BUSY = { timeout: 60_000 };

let hub: TestHub;
const replicas: Replica[] = [];

beforeEach(async () => {
  hub = new TestHub();
  await hub.start();
});
afterEach(async () => {
  for (const replica of replicas.splice(0)) await replica.end();
  await hub.close();
});

function join(): Replica {
  const replica = new Replica(hub.url);
  replicas.push(replica);
  return replica;
}

async function joinHeld(): Promise<Replica> {
  const replica = join();
  await expect.poll(() => replica.held).toBe(true);
  return replica;
}

const syncFrames = (): number => hub.received.filter((type) => type === FRAME_SYNC).length;

describe("what HubDocSource sends", () => {
  it("sends all updates of one turn as one frame", async () => {
    const replica = await joinHeld();
    const before = syncFrames();
    for (let index = 0; index < 200; index++) replica.text.insert(0, "x");
    await expect.poll(() => replica.held).toBe(true);
    expect(syncFrames() - before).toBe(1);
    expect(hub.doc.getText("t").length).toBe(200);
  });

  it("sends the first key in the turn it was typed, without waiting for a timer", async () => {
    const [writer, reader] = [await joinHeld(), await joinHeld()];
    writer.text.insert(0, "k");
    // No clock moves: whatever waited for one would never leave.
    await expect.poll(() => reader.text.toJSON(), { interval: 1 }).toBe("k");
  });

  it("keeps and merges updates while the socket is full, and sends them when it has drained", async () => {
    const replica = await joinHeld();
    replica.text.insert(0, "x".repeat(30_000_000));
    await Promise.resolve();
    const before = syncFrames();
    for (let index = 0; index < 50; index++) {
      replica.text.insert(0, "y");
      await Promise.resolve();
    }
    expect(replica.held).toBe(false);
    await expect
      .poll(() => {
        replica.clock.advance(ms(20));
        return replica.held;
        // 30 MB are written, sent, read and applied in this one process.
      }, BUSY)
      .toBe(true);
    expect(hub.doc.getText("t").length).toBe(30_000_050);
    expect(syncFrames() - before).toBeLessThan(10);
  });

  it("passes on what came another way only if the hub did not show it by itself", async () => {
    const [writer, reader] = [await joinHeld(), await joinHeld()];
    let update: Uint8Array | undefined;
    writer.doc.once("update", (made: Uint8Array) => (update = made));
    const before = syncFrames();
    writer.text.insert(0, "known to the hub");
    Y.applyUpdate(reader.doc, update!, "another transport");
    await expect.poll(() => hub.doc.getText("t").toJSON()).toBe("known to the hub");
    await expect.poll(() => syncFrames() - before).toBe(1);
    await expect.poll(() => settledAfterRelay(reader)).toBe(true);
    expect(syncFrames() - before, "the reader relayed nothing").toBe(1);

    const stranger = new Y.Doc();
    stranger.getText("t").insert(0, "unknown to the hub, ");
    Y.applyUpdate(reader.doc, Y.encodeStateAsUpdate(stranger), "another transport");
    expect(reader.held, "not held before it was passed on").toBe(false);
    await expect.poll(() => settledAfterRelay(reader)).toBe(true);
    expect(hub.doc.getText("t").toJSON()).toContain("unknown to the hub");
    stranger.destroy();
  });

  it("passes on presence of others that the hub does not know, and never that they left", async () => {
    const [one, other] = [await joinHeld(), await joinHeld()];
    const stranger = new Awareness(new Y.Doc());
    stranger.setLocalStateField("name", "stranger");
    const says = (): Uint8Array => encodeAwarenessUpdate(stranger, [stranger.clientID]);
    applyAwarenessUpdate(one.awareness, says(), "another transport");
    one.clock.advance(ms(RELAY_DELAY + RELAY_SPREAD));
    await expect.poll(() => other.awareness.getStates().get(stranger.clientID)).toEqual({ name: "stranger" });
    const before = hub.received.filter((type) => type === FRAME_AWARENESS).length;
    stranger.setLocalState(null);
    applyAwarenessUpdate(one.awareness, says(), "another transport");
    one.clock.advance(ms(RELAY_DELAY + RELAY_SPREAD));
    one.text.insert(0, "x");
    await expect.poll(() => one.held).toBe(true);
    expect(hub.received.filter((type) => type === FRAME_AWARENESS).length).toBe(before);
    stranger.doc.destroy();
  });

  it("asks whether what others wrote is held, once for many updates", async () => {
    const [writer, reader] = [await joinHeld(), await joinHeld()];
    for (let index = 0; index < 20; index++) {
      writer.text.insert(0, "x");
      await Promise.resolve();
    }
    await expect.poll(() => reader.text.length).toBe(20);
    await expect.poll(() => writer.held).toBe(true);
    expect(reader.held).toBe(false);
    const before = syncFrames();
    reader.clock.advance(ms(200));
    await expect.poll(() => reader.held).toBe(true);
    expect(syncFrames() - before).toBe(1);
  });
});

/** Lets the time to relay pass, and the probe after it; true when everything is held again. */
async function settledAfterRelay(replica: Replica): Promise<boolean> {
  await replica.clock.advanceAsync(ms(RELAY_DELAY + RELAY_SPREAD));
  return replica.held;
}

describe("how HubDocSource holds on", () => {
  it("says that we are still here when the host believes us gone", async () => {
    const [one, other] = [await joinHeld(), await joinHeld()];
    one.awareness.setLocalStateField("name", "one");
    const seen = (): unknown => other.awareness.getStates().get(one.doc.clientID);
    await expect.poll(seen).toEqual({ name: "one" });
    const { clock } = one.awareness.meta.get(one.doc.clientID)!;
    hub.forgetPresence(one.doc.clientID, clock);
    await expect.poll(() => one.awareness.meta.get(one.doc.clientID)!.clock).toBeGreaterThan(clock);
    await expect.poll(seen).toEqual({ name: "one" });
    expect(one.awareness.getLocalState()).toEqual({ name: "one" });
  });

  it("takes no presence of its own from others", async () => {
    const one = await joinHeld();
    one.awareness.setLocalStateField("name", "true");
    const forged = new Awareness(new Y.Doc());
    forged.clientID = one.doc.clientID;
    forged.setLocalState({ name: "forged" });
    forged.meta.get(forged.clientID)!.clock = 1_000;
    const update = encodeAwarenessUpdate(forged, [forged.clientID]);
    hub.sendRaw(new Uint8Array([1, update.length, ...update]));
    one.text.insert(0, "x");
    await expect.poll(() => one.held).toBe(true);
    expect(one.awareness.getLocalState()).toEqual({ name: "true" });
    forged.doc.destroy();
  });

  it("finds out that the host is gone without a goodbye, and comes back", async () => {
    const replica = await joinHeld();
    hub.frozen = true;
    replica.text.insert(0, "typed into the void");
    replica.clock.advance(SILENCE);
    expect(replica.status?.state).toBe("connected");
    replica.clock.advance(ANSWER_LIMIT);
    expect(replica.status).toEqual({ state: "offline", reason: "The class host stopped answering." });
    hub.frozen = false;
    replica.clock.advance(ms(300));
    await expect.poll(() => replica.held).toBe(true);
    expect(hub.doc.getText("t").toJSON()).toBe("typed into the void");
  });

  it("waits longer after each failure, and tries at once when asked to", async () => {
    const replica = await joinHeld();
    await hub.stop();
    for (const wait of [300, 600, 1_200]) {
      await expect.poll(() => replica.clock.waiting).toBe(1);
      await expect.poll(() => replica.status?.state).toBe("offline");
      replica.clock.advance(ms(wait - 1));
      expect(replica.clock.waiting, "still waiting").toBe(1);
      replica.clock.advance(ms(1));
    }
    await expect.poll(() => replica.status).toEqual({ state: "offline", reason: "The class host does not answer." });
    await expect.poll(() => replica.clock.waiting).toBe(1);
    await hub.start();
    replica.attached.resync();
    await expect.poll(() => replica.held).toBe(true);
  });

  it("gives up, and says so, when the host calls the document too large", async () => {
    const replica = await joinHeld();
    hub.closeAll(1009, "");
    await expect.poll(() => replica.status).toMatchObject({ state: "failed", code: "too-large" });
    const { accepted } = hub;
    replica.clock.advance(ms(600_000));
    replica.attached.resync();
    replica.text.insert(0, "editing goes on");
    expect([hub.accepted, replica.clock.waiting]).toEqual([accepted, 0]);
  });

  it("gives up, and says so, when it is denied", async () => {
    const replica = await joinHeld();
    hub.sendRaw(new Uint8Array([2, 0, 2, 110, 111]));
    await expect
      .poll(() => replica.status)
      .toEqual({
        state: "failed",
        code: "denied",
        message: "The class host refused this notebook: no",
      });
  });

  it("gives up on a host that keeps sending what nobody can read", async () => {
    const replica = join();
    for (let connection = 1; connection <= UNREADABLE_LIMIT; connection++) {
      await expect.poll(() => hub.sockets).toBe(1);
      for (let frame = 0; frame < 8; frame++) hub.sendRaw(new Uint8Array([0, 2, 200]));
      await expect.poll(() => replica.status?.state).toBe(connection < UNREADABLE_LIMIT ? "offline" : "failed");
      await expect.poll(() => hub.sockets).toBe(0);
      replica.clock.advance(ms(15_000));
    }
    expect(replica.status).toMatchObject({ state: "failed", code: "unreadable" });
  });

  it("never says held to a stock hub, and still gets everything there", async () => {
    hub.speaksHeld = false;
    const [one, other] = [join(), join()];
    one.text.insert(0, "text");
    await expect.poll(() => other.text.toJSON()).toBe("text");
    expect([...one.statuses, ...other.statuses].some((status) => status.state === "connected" && status.held)).toBe(
      false,
    );
  });

  it("fails with a reason when the address cannot be used", () => {
    const statuses: SourceStatus[] = [];
    const doc = new Y.Doc();
    const options = { WebSocket, clock: new FakeClock(), logger: silentLogger };
    const source = new HubDocSource({ url: "not an address", ...options });
    source.attach({ doc, awareness: new Awareness(doc) }, (status) => statuses.push(status));
    expect(statuses.at(-1)).toMatchObject({ state: "failed", code: "bad-address" });
    doc.destroy();
  });
});
