// Four people at one hub, each on a cable of their own that breaks, stops one way, or crawls, while the hub itself is
// restarted now and then. Until the end nothing is claimed that is not so; in the end all have all.

import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import * as Y from "yjs";
import { RoomId } from "#shared/base/ids.ts";
import { seededRandom } from "#shared/base/seededRandom.ts";
import { CuttableProxy } from "../../support/CuttableProxy.ts";
import { HonestPeer } from "../../support/faults/HonestPeer.ts";
import { ScaledClock } from "../../support/faults/ScaledClock.ts";
import { expectConverged, expectSound, TokenLedger } from "../../support/faults/TokenLedger.ts";
import { HubHost } from "../../support/HubHost.ts";
import { LONG, propertySeed } from "../../support/property.ts";
import { contains } from "../../support/SyncWorld.ts";
import { untilValue } from "../../support/until.ts";

const PEOPLE = 4;
const STEPS = LONG ? 400 : 40;
/** The people's patience is over so much faster; the hub's is real. */
const SPEED = 10;
/** Bytes per second of a line that crawls: a word takes its time, and a first sync does not end. */
const CRAWL = 2_000;
/** Everybody has everything again within this time (milliseconds). */
const RECOVERY_LIMIT = 60_000;

type Trouble = "cut" | "stop-up" | "stop-down" | "crawl" | "mend" | "restart" | "write" | "look";
const TROUBLES: readonly Trouble[] = [
  ...["cut", "stop-up", "stop-down", "crawl", "mend", "mend", "restart", "look"],
  ...["write", "write", "write", "write", "write", "write", "write", "write"],
] as readonly Trouble[];

const seed = propertySeed("bad lines");
let host: HubHost;
const endings: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  host = await HubHost.start();
});
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});
afterAll(() => host.close());

describe(`people on bad lines (seed ${seed})`, () => {
  it("are told the truth throughout, and have everything when the lines are good", { timeout: 600_000 }, async () => {
    const random = seededRandom(seed);
    const below = (limit: number): number => Math.floor(random() * limit);
    const room = RoomId.create();
    const ledger = new TokenLedger();
    const lines = await Promise.all(Array.from({ length: PEOPLE }, () => Line.lay()));
    const people = lines.map((line, index) => line.seat(room, ledger, seed + index));
    const lies = watchSeen(people);
    for (let step = 0; step < STEPS; step++) {
      const at = below(PEOPLE);
      await trouble(TROUBLES[below(TROUBLES.length)]!, lines[at]!, people[at]!, room);
      await new Promise((resolve) => setImmediate(resolve));
      for (const { doc } of people) expectSound(doc);
      expect(lies).toEqual([]);
    }
    for (const line of lines) line.cable.mend();
    const well = ({ heldByHost, seen }: HonestPeer["view"]): boolean => heldByHost === true && seen.by === PEOPLE - 1;
    await Promise.all(people.map((peer) => untilValue(peer.sync.view, well, RECOVERY_LIMIT)));
    const stored = await read(room);
    expectConverged([...people.map(({ doc }) => doc), stored]);
    expect(ledger.lost(stored, "held")).toEqual([]);
    expect(lies).toEqual([]);
    expect(people.reduce((sum, { writer }) => sum + writer.written, 0)).toBeGreaterThan(STEPS / 4);
  });
});

/** One person's cable. */
class Line {
  readonly cable: CuttableProxy;

  private constructor(cable: CuttableProxy) {
    this.cable = cable;
  }

  static async lay(): Promise<Line> {
    const cable = await CuttableProxy.start(host.port);
    endings.push(() => cable.close());
    return new Line(cable);
  }

  seat(room: RoomId, ledger: TokenLedger, own: number): HonestPeer {
    const base = `http://127.0.0.1:${this.cable.port}`;
    const clock = new ScaledClock(SPEED);
    const peer = new HonestPeer({ base, room, name: `peer${own}`, seed: own, ledger, clock });
    endings.push(() => peer.leave());
    return peer;
  }
}

async function trouble(kind: Trouble, { cable }: Line, peer: HonestPeer, room: RoomId): Promise<void> {
  switch (kind) {
    case "cut":
      cable.cut();
      break;
    case "stop-up":
      cable.stop("up");
      break;
    case "stop-down":
      cable.stop("down");
      break;
    case "crawl":
      cable.slow(CRAWL);
      break;
    case "mend":
      cable.mend();
      // Some wait for what they are told, and some do not.
      if (peer.writer.written % 2 === 0)
        await untilValue(peer.sync.view, ({ heldByHost }) => heldByHost === true, 60_000);
      break;
    case "restart":
      await host.restart();
      break;
    case "write":
      peer.writer.write();
      break;
    case "look":
      await expectHeldIsStored(peer, room);
  }
}

/** What is called held at this instant is on the disk at this instant. */
async function expectHeldIsStored(peer: HonestPeer, room: RoomId): Promise<void> {
  if (peer.view.heldByHost !== true) return;
  const claimed = new Y.Doc();
  Y.applyUpdate(claimed, Y.encodeStateAsUpdate(peer.doc));
  expect(contains(await read(room), claimed), "held").toBe(true);
}

async function read(room: RoomId): Promise<Y.Doc> {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, await host.diskNow(room));
  return doc;
}

/** Notes every claim that others have seen what they have not. */
function watchSeen(people: readonly HonestPeer[]): readonly string[] {
  const lies: string[] = [];
  for (const peer of people) {
    peer.onView = ({ seen }) => {
      const seers = people.filter((other) => other !== peer && contains(other.doc, peer.doc)).length;
      if (seen.by > seers) lies.push(`${peer.name}: seen by ${seen.by}, in truth by ${seers}`);
    };
  }
  return lies;
}
