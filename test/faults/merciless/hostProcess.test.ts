// A real class host that stops answering without dying, loses its disk, or dies in the middle of a large exchange, while
// people type. Their clocks go faster than the host's, so that their patience is over in a second.

import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import * as Y from "yjs";
import { RoomId } from "#shared/base/ids.ts";
import type { Clock } from "#shared/ports/Clock.ts";
import { HonestPeer } from "../../support/faults/HonestPeer.ts";
import { readHostFiles } from "../../support/faults/hostFiles.ts";
import { ScaledClock } from "../../support/faults/ScaledClock.ts";
import { expectConverged, TokenLedger } from "../../support/faults/TokenLedger.ts";
import { freePort } from "../../support/freePort.ts";
import { largeNotebook } from "../../support/largeNotebook.ts";
import { LONG } from "../../support/property.ts";
import { startHost, type RunningHost } from "../../support/startHost.ts";
import { contains } from "../../support/SyncWorld.ts";
import { untilTrue, untilValue } from "../../support/until.ts";

/** How much faster the clocks of those who type go. */
const SPEED = 20;
const LIMIT = 60_000;
/** Bytes of the document that is under way when the host dies. */
const LARGE = 20_000_000;
/** How often it dies; in the short slice not at all: `integration/hub/firstSync` cuts the same exchange in this process. */
const DEATHS = 6;

const describeLong = LONG ? describe : () => {};
const endings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

class HostPlace {
  readonly room = RoomId.create();
  readonly ledger = new TokenLedger();
  readonly data: string;
  readonly #port: number;
  host: RunningHost;
  #peers = 0;

  private constructor(data: string, port: number, host: RunningHost) {
    this.data = data;
    this.#port = port;
    this.host = host;
  }

  static async open(): Promise<HostPlace> {
    const data = await mkdtemp(join(tmpdir(), "meshbook-process-"));
    const port = await freePort();
    const place = new HostPlace(data, port, await serve(data, port));
    endings.push(async () => {
      await place.host.kill();
      await rm(data, { recursive: true, force: true });
    });
    return place;
  }

  join(clock: Clock = new ScaledClock(SPEED)): HonestPeer {
    const { room, ledger } = this;
    const seed = this.#peers++;
    const peer = new HonestPeer({ base: this.host.base, room, name: `peer${seed}`, seed, ledger, clock });
    endings.push(() => peer.leave());
    return peer;
  }

  async archiveBytes(): Promise<number> {
    const folder = join(this.data, "archive");
    const sizes = (await readdir(folder)).map(
      async (file) => (await stat(join(folder, file)).catch(() => undefined))?.size,
    );
    return (await Promise.all(sizes)).reduce<number>((sum, size) => sum + (size ?? 0), 0);
  }

  async restart(): Promise<void> {
    this.host = await serve(this.data, this.#port);
  }
}

const serve = (data: string, port: number): Promise<RunningHost> =>
  startHost({ data, args: ["--port", String(port), "--no-agent"] });

describe("a class host that is stopped and goes on (SIGSTOP, SIGCONT)", () => {
  it("is said to be away, holds nothing new meanwhile, and has everything afterwards", async () => {
    const place = await HostPlace.open();
    const [ana, ben] = [place.join(), place.join()];
    const lies: string[] = [];
    watchSeen(ana, ben, lies);
    watchSeen(ben, ana, lies);
    ana.writer.write();
    await Promise.all([ana, ben].map((peer) => untilValue(peer.sync.view, ({ seen }) => seen.by === 1, LIMIT)));
    process.kill(place.host.ready.pid, "SIGSTOP");
    for (const peer of [ana, ben]) {
      peer.writer.write();
      expect(peer.view.heldByHost).toBe(false);
    }
    for (const peer of [ana, ben]) {
      await untilValue(peer.sync.view, () => peer.hubState !== "connected", LIMIT);
      peer.writer.write();
      expect(peer.view).toMatchObject({ heldByHost: false, seen: { by: 0 } });
    }
    process.kill(place.host.ready.pid, "SIGCONT");
    for (const peer of [ana, ben]) {
      await untilValue(peer.sync.view, ({ heldByHost, seen }) => heldByHost === true && seen.by === 1, LIMIT);
    }
    await place.host.kill();
    const stored = await readHostFiles(place.data, place.room);
    expectConverged([ana.doc, ben.doc, stored]);
    expect(place.ledger.lost(stored, "held")).toEqual([]);
    expect(lies).toEqual([]);
  }, 120_000);
});

describe("a class host that lost its disk", () => {
  it("gets everything back from those who have it, and nothing twice", async () => {
    const place = await HostPlace.open();
    const [ana, ben] = [place.join(), place.join()];
    for (const peer of [ana, ben]) for (let count = 0; count < 20; count++) peer.writer.write();
    await Promise.all([ana.untilHeld(LIMIT), ben.untilHeld(LIMIT)]);
    await place.host.kill();
    await rm(place.data, { recursive: true, force: true });
    ana.writer.write();
    await place.restart();
    ben.writer.write();
    await Promise.all([ana, ben].map((peer) => untilValue(peer.sync.view, well, LIMIT)));
    const late = place.join();
    await untilValue(late.sync.view, ({ heldByHost, seen }) => heldByHost === true && seen.by === 2, LIMIT);
    await place.host.kill();
    expectConverged([ana.doc, ben.doc, late.doc, await readHostFiles(place.data, place.room)]);
    expect(place.ledger.lost(late.doc, "held")).toEqual([]);
  }, 120_000);
});

describeLong(`a class host that dies while ${LARGE / 1e6} MB are on their way`, () => {
  it("to it: has all of it in the end, once", async () => {
    const place = await HostPlace.open();
    const giver = place.join();
    Y.applyUpdate(giver.doc, largeNotebook(LARGE), { by: "source", source: "file" });
    for (let death = 0; death < DEATHS; death++) {
      const before = await place.archiveBytes();
      const some = LARGE / (2 * DEATHS);
      const isHeld = (): boolean => giver.view.heldByHost === true;
      await untilTrue("some of it came", async () => isHeld() || (await place.archiveBytes()) > before + some, LIMIT);
      await place.host.kill();
      giver.writer.write();
      await place.restart();
    }
    await giver.untilHeld(LIMIT);
    await place.host.kill();
    expectConverged([giver.doc, await readHostFiles(place.data, place.room)]);
  }, 240_000);

  it("from it: the one who comes late has all of it in the end, once", async () => {
    const place = await HostPlace.open();
    const giver = place.join();
    Y.applyUpdate(giver.doc, largeNotebook(LARGE), { by: "source", source: "file" });
    await giver.untilHeld(LIMIT);
    const late = place.join();
    let parts = 0;
    late.doc.on("update", () => (parts += 1));
    for (let death = 0; death < DEATHS; death++) {
      const before = parts;
      await untilTrue("a part has come", () => parts > before || contains(late.doc, giver.doc), LIMIT);
      await place.host.kill();
      late.writer.write();
      await place.restart();
    }
    await Promise.all([giver, late].map((peer) => untilValue(peer.sync.view, well, LIMIT)));
    await place.host.kill();
    expectConverged([giver.doc, late.doc, await readHostFiles(place.data, place.room)]);
    expect(place.ledger.lost(late.doc, "held")).toEqual([]);
  }, 240_000);
});

const well = ({ heldByHost, seen }: HonestPeer["view"]): boolean => heldByHost === true && seen.by > 0;

/** At each instant: who is said to have seen it has it. */
function watchSeen(peer: HonestPeer, other: HonestPeer, lies: string[]): void {
  peer.onView = ({ seen }) => {
    if (seen.by > 0 && !contains(other.doc, peer.doc)) lies.push(`${other.name} was said to have seen ${peer.name}`);
  };
}
