import { afterEach, describe, expect, it } from "vitest";
import * as Y from "yjs";
import { Awareness } from "y-protocols/awareness";
import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { MemoryDocSource } from "#shared/adapters/memory/MemoryDocSource.ts";
import { MemoryHub } from "#shared/adapters/memory/MemoryHub.ts";
import { PeerId } from "#shared/base/ids.ts";
import { ms } from "#shared/base/units.ts";
import { Value } from "#shared/base/value.ts";
import { documentDigest } from "#shared/notebook/digest.ts";
import type { AttachedSource, DocSource } from "#shared/ports/DocSource.ts";
import { DocSync } from "#shared/session/DocSync.ts";
import { countListeners } from "../../support/countListeners.ts";
import { FakeClock } from "../../support/FakeClock.ts";
import { SyncWorld } from "../../support/SyncWorld.ts";

let world: SyncWorld | undefined;

afterEach(async () => {
  await world?.end();
  world = undefined;
});

function newWorld(): SyncWorld {
  world = new SyncWorld(1);
  return world;
}

/** A document with a board that shows nobody. */
function alone() {
  const doc = new Y.Doc();
  const awareness = new Awareness(doc);
  const clock = new FakeClock();
  const published: (string | undefined)[] = [];
  const board = { replicas: new Value([]), publishDigest: (digest: string | undefined) => void published.push(digest) };
  const device = PeerId.parse("d".repeat(22))!;
  return { published, options: { document: { doc, awareness }, device, board, clock, logger: silentLogger } };
}

describe("DocSync", () => {
  it("reads storage before it asks any network", async () => {
    const { options } = alone();
    const order: string[] = [];
    let stored: () => void = () => {};
    const storage = scripted("disk", order, new Promise<void>((resolve) => (stored = resolve)));
    const network = scripted("hub", order, Promise.resolve());
    const sync = new DocSync({ ...options, storage, networks: [network] });
    await Promise.resolve();
    expect([order, sync.loaded.get()]).toEqual([["attach disk"], false]);
    stored();
    await options.clock.advanceAsync(ms(1));
    expect([order, sync.loaded.get()]).toEqual([["attach disk", "attach hub"], true]);
    await sync.close();
    expect(order).toEqual(["attach disk", "attach hub", "detach disk", "detach hub"]);
    options.document.doc.destroy();
  });

  it("takes a source that breaks its promise not to throw for a failed one, and goes on", async () => {
    const { options } = alone();
    const broken: DocSource = {
      kind: "hub",
      attach: () => {
        throw new Error("no such luck");
      },
    };
    const disk = new MemoryHub({ clock: options.clock, stores: true, kind: "disk" });
    const sync = new DocSync({ ...options, storage: new MemoryDocSource(disk), networks: [broken] });
    options.document.doc.getText("t").insert(0, "typed");
    await options.clock.advanceAsync(ms(100));
    expect(sync.view.get()).toMatchObject({ saved: true, heldByHost: false });
    expect(sync.view.get().sources[1]?.status).toMatchObject({ state: "failed", code: "attach-failed" });
    await sync.close();
    disk.close();
    options.document.doc.destroy();
  });

  it("works without storage, and then never says saved", async () => {
    const { options } = alone();
    const sync = new DocSync({ ...options, storage: undefined, networks: [] });
    await options.clock.advanceAsync(ms(1));
    expect([sync.loaded.get(), sync.view.get().saved]).toEqual([true, false]);
    await sync.close();
    options.document.doc.destroy();
  });

  it("publishes the digest when the document is quiet, and takes it back with the first change", async () => {
    const { options, published } = alone();
    const sync = new DocSync({ ...options, storage: undefined, networks: [] });
    const { doc } = options.document;
    await options.clock.advanceAsync(ms(400));
    expect(published).toEqual([documentDigest(doc)]);
    for (let key = 0; key < 10; key++) {
      doc.getText("t").insert(0, "x");
      await options.clock.advanceAsync(ms(100));
    }
    expect(published.slice(1)).toEqual([undefined]);
    await options.clock.advanceAsync(ms(400));
    expect(published.slice(2)).toEqual([documentDigest(doc)]);
    await sync.close();
    doc.destroy();
  });

  it("leaves no listener and no timer when closed", async () => {
    const { options } = alone();
    const { doc, awareness } = options.document;
    const before = countListeners(doc, awareness);
    const hub = new MemoryHub({ clock: options.clock, stores: true, kind: "hub" });
    const sync = new DocSync({ ...options, storage: undefined, networks: [new MemoryDocSource(hub)] });
    await options.clock.advanceAsync(ms(1_000));
    doc.getText("t").insert(0, "x");
    await sync.close();
    expect(countListeners(doc, awareness)).toBe(before);
    await options.clock.advanceAsync(ms(10_000));
    expect(options.clock.waiting).toBe(0);
    hub.close();
    doc.destroy();
  });

  it("says seen by all when all have it, and by nobody while it changes", async () => {
    const [ana, ben, eve] = [newWorld().join(), world!.join(), world!.join()];
    ana.text.insert(0, "text");
    await world!.pass(ms(2_000));
    expect(ana.sync.view.get().seen).toEqual({ by: 2, of: 2 });
    expect(ben.sync.view.get().seen).toEqual({ by: 2, of: 2 });
    eve.text.insert(0, "x");
    expect(eve.sync.view.get().seen).toEqual({ by: 0, of: 2 });
    await world!.pass(ms(2_000));
    expect(eve.sync.view.get().seen).toEqual({ by: 2, of: 2 });
  });

  it("claims nothing of the document before, not even to who listens while it changes", async () => {
    const [ana, ben] = [newWorld().join(), world!.join()];
    await world!.pass(ms(2_000));
    expect(ana.sync.view.get()).toMatchObject({ saved: true, heldByHost: true, seen: { by: 1 } });
    const told: string[] = [];
    for (const replica of [ana, ben]) {
      replica.sync.view.subscribe(() => {
        const { saved, heldByHost, seen } = replica.sync.view.get();
        told.push(`saved ${saved}, held ${heldByHost}, seen by ${seen.by}`);
      });
    }
    ana.text.insert(0, "x");
    expect(new Set(told)).toEqual(new Set(["saved false, held false, seen by 0"]));
    told.length = 0;
    Y.applyUpdate(ben.doc, Y.encodeStateAsUpdate(ana.doc), { by: "source", source: "file" });
    expect(new Set(told)).toEqual(new Set(["saved false, held false, seen by 0"]));
  });

  it("mends a lost update by itself", async () => {
    const [ana, ben] = [newWorld().join(), world!.join()];
    await world!.pass(ms(1_000));
    const calm = world!.host.faults;
    world!.setFaults({ ...calm, loss: 1 });
    ana.text.insert(0, "lost on the way");
    await world!.pass(ms(200));
    world!.setFaults(calm);
    expect(ben.text.toJSON()).toBe("");
    expect(ana.sync.view.get().heldByHost).toBe(false);
    await world!.pass(ms(10_000));
    expect(ben.text.toJSON()).toBe("lost on the way");
    expect(ana.sync.view.get()).toMatchObject({ heldByHost: true, seen: { by: 1, of: 1 } });
  });

  it("says that parts are missing, and asks for them", async () => {
    const [ana, ben] = [newWorld().join(), world!.join()];
    await world!.pass(ms(1_000));
    const calm = world!.host.faults;
    world!.setFaults({ ...calm, loss: 1 });
    ana.text.insert(0, "first, ");
    await world!.pass(ms(100));
    world!.setFaults(calm);
    ana.text.insert(ana.text.length, "then.");
    await world!.pass(ms(200));
    expect(ben.sync.view.get().incomplete).toBe(true);
    await world!.pass(ms(3_000));
    expect(ben.text.toJSON()).toBe("first, then.");
    expect(ben.sync.view.get().incomplete).toBe(false);
  });

  it("adds a network later, and takes it away again", async () => {
    const { options } = alone();
    const sync = new DocSync({ ...options, storage: undefined, networks: [] });
    await options.clock.advanceAsync(ms(1));
    expect(sync.view.get().heldByHost).toBeUndefined();
    const hub = new MemoryHub({ clock: options.clock, stores: true, kind: "hub" });
    options.document.doc.getText("t").insert(0, "now shared");
    const remove = sync.addNetwork(new MemoryDocSource(hub));
    await options.clock.advanceAsync(ms(100));
    expect(sync.view.get().heldByHost).toBe(true);
    expect(hub.document?.getText("t").toJSON()).toBe("now shared");
    await remove();
    expect(sync.view.get()).toMatchObject({ heldByHost: undefined, sources: [] });
    await sync.close();
    hub.close();
    options.document.doc.destroy();
  });
});

/** A source that writes down what happens to it, and is ready when `ready` is. */
function scripted(kind: "disk" | "hub", order: string[], ready: Promise<void>): DocSource {
  return {
    kind,
    attach: (_document, report): AttachedSource => {
      order.push(`attach ${kind}`);
      report({ state: "connected", held: true });
      return {
        ready,
        flush: () => Promise.resolve(),
        resync: () => {},
        detach: () => {
          order.push(`detach ${kind}`);
          return Promise.resolve();
        },
      };
    },
  };
}
