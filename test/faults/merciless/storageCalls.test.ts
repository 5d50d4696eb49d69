// A real class host whose process is ended at each call to its storage in turn: before it, in it, and after it before
// anybody hears of it. What it had called held is on its disk, and a new host opens that disk.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { RoomId } from "#shared/base/ids.ts";
import { seededRandom } from "#shared/base/seededRandom.ts";
import { cellSource } from "#shared/notebook/cell.ts";
import { orderedCellIds } from "#shared/notebook/cellOrder.ts";
import { notebookRoots } from "#shared/notebook/schema.ts";
import { HonestPeer } from "../../support/faults/HonestPeer.ts";
import { readHostFiles } from "../../support/faults/hostFiles.ts";
import { expectConverged, expectSound, TokenLedger } from "../../support/faults/TokenLedger.ts";
import { LONG, propertySeed } from "../../support/property.ts";
import { startHost, type RunningHost } from "../../support/startHost.ts";

const MOMENTS = ["before", "during", "after"] as const;
type Moment = (typeof MOMENTS)[number];

/** The short slice takes so many calls out of all. */
const SHORT_SLICE = 3;
const KILLER = join(import.meta.dirname, "../../support/faults/killAtStorageCall.mjs");
/** Two of these make the archive compact, and three more once again (bytes). */
const LARGE = 150_000;

/** A host that lives holds a word within this time, on a busy machine (milliseconds). */
const HELD_LIMIT = 30_000;

const seed = propertySeed("storage calls");

describe(`a class host that dies at a call to its storage (seed ${seed})`, () => {
  it("has what it called held, and starts again", { timeout: LONG ? 1_200_000 : 120_000 }, async () => {
    const random = seededRandom(seed);
    const calls = await countCalls();
    const all = Array.from({ length: calls }, (_, index) => index + 1);
    const chosen = LONG ? all : Array.from({ length: SHORT_SLICE }, () => 1 + Math.floor(random() * calls));
    let acknowledged = 0;
    let kills = 0;
    for (const at of chosen) {
      const moments = LONG ? MOMENTS : [MOMENTS[Math.floor(random() * MOMENTS.length)]!];
      for (const moment of moments) {
        acknowledged += await dieAt(at, moment);
        kills += 1;
      }
    }
    console.log(`${kills} kills over ${calls} storage calls: ${acknowledged} acknowledged, 0 lost, 0 doubled`);
  });
});

/** How many calls one session makes, from the start of the host to its orderly end. */
async function countCalls(): Promise<number> {
  const data = await mkdtemp(join(tmpdir(), "meshbook-calls-"));
  try {
    const host = await startHost({ data, nodeArgs: ["--import", KILLER] });
    await work(host, RoomId.create(), new TokenLedger());
    await host.stop();
    const calls = Number(/storage calls: (\d+)/.exec(host.log())?.[1]);
    expect(calls).toBeGreaterThan(20);
    return calls;
  } finally {
    await rm(data, { recursive: true, force: true });
  }
}

/** Returns how many words had been called held when the host died. */
async function dieAt(at: number, moment: Moment): Promise<number> {
  const data = await mkdtemp(join(tmpdir(), "meshbook-calls-"));
  const room = RoomId.create();
  const ledger = new TokenLedger();
  try {
    await liveUntilKilled({ data, room, ledger, at, moment });
    const doc = await readHostFiles(data, room);
    expectSound(doc);
    expect(ledger.lost(doc, "held"), `lost by dying ${moment} call ${at}`).toEqual([]);
    const host = await startHost({ data });
    const reader = new HonestPeer({ base: host.base, room, name: "reader", seed, ledger });
    await reader.untilHeld(30_000);
    await host.stop();
    expect(ledger.lost(reader.doc, "held")).toEqual([]);
    expectConverged([reader.doc, await readHostFiles(data, room)]);
    await reader.leave();
    return ledger.acknowledged;
  } catch (error) {
    throw new Error(`killed ${moment} storage call ${at}`, { cause: error });
  } finally {
    await rm(data, { recursive: true, force: true });
  }
}

interface Life {
  readonly data: string;
  readonly room: RoomId;
  readonly ledger: TokenLedger;
  readonly at: number;
  readonly moment: Moment;
}

async function liveUntilKilled({ data, room, ledger, at, moment }: Life): Promise<void> {
  const env = { MESHBOOK_TEST_KILL_AT: String(at), MESHBOOK_TEST_KILL_WHEN: moment };
  let host: RunningHost;
  try {
    host = await startHost({ data, nodeArgs: ["--import", KILLER], env });
  } catch {
    // It died while it started.
    return;
  }
  await work(host, room, ledger);
  // Died in the middle, or dies while it closes.
  await host.stop();
}

/** A session that makes the host read, append, compact twice, and end. Ends early with the host. */
async function work(host: RunningHost, room: RoomId, ledger: TokenLedger): Promise<void> {
  const peer = new HonestPeer({ base: host.base, room, name: "writer", seed, ledger });
  const died = host.ended.then(() => "died" as const);
  for (const large of [0, 0, LARGE, LARGE, 0, LARGE, LARGE, LARGE, 0, 0]) {
    peer.writer.write();
    if (large > 0) paste(peer, large);
    if ((await Promise.race([died, peer.untilHeld(HELD_LIMIT)])) === "died") break;
  }
  await peer.leave();
}

function paste({ doc }: HonestPeer, size: number): void {
  const { cells } = notebookRoots(doc);
  cellSource(cells, orderedCellIds(cells)[0]!)!.insert(0, "x".repeat(size));
}
