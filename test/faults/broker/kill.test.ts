// Nothing that was acknowledged is lost when the host is killed at any moment: writers note what the host called held,
// the host dies, and a new one must have all of it.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RoomId } from "#shared/base/ids.ts";
import { openArchiveFolder, type ArchiveFolder } from "../../support/archiveFolder.ts";
import { HeldClient, stockClient, synced } from "../../support/hub/hubClient.ts";
import { LONG } from "../../support/property.ts";
import { startHost } from "../../support/startHost.ts";

const ROUNDS = LONG ? 60 : 4;
const WRITERS = 3;

const seed = Number(process.env["MESHBOOK_SEED"] ?? Date.now() % 2 ** 31);

/** Repeatable random numbers from 0 up to 1 (mulberry32). */
function seededRandom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Writes tokens as fast as they are held, until the connection ends. Returns the tokens that were called held. */
async function writeUntilKilled(
  base: string,
  room: RoomId,
  name: string,
  random: () => number,
): Promise<readonly string[]> {
  const client = new HeldClient(base, room);
  const held: string[] = [];
  const written: { token: string; frame: number }[] = [];
  try {
    await client.until(() => client.held >= 2);
    for (let n = 0; ; n++) {
      const token = `<${name}.${n}${".".repeat(Math.floor(random() * 60))}>`;
      const tokens = client.doc.getArray<string>("tokens");
      tokens.insert(Math.floor(random() * tokens.length), [token]);
      written.push({ token, frame: client.sent });
      const behind = client.sent - Math.floor(random() * 8);
      await client.until(() => client.held >= behind);
    }
  } catch {
    for (const { token, frame } of written) if (frame <= client.held) held.push(token);
  }
  return held;
}

describe(`a class host killed at any moment (seed ${seed})`, () => {
  let data: string;
  let checked: ArchiveFolder;
  beforeAll(async () => {
    data = await mkdtemp(join(tmpdir(), "meshbook-kill-"));
    checked = openArchiveFolder(join(data, "archive"));
  });
  afterAll(() => rm(data, { recursive: true, force: true }));

  it(
    "loses nothing it called held, and doubles nothing",
    async () => {
      const random = seededRandom(seed);
      const room = RoomId.create();
      const acknowledged: string[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const host = await startHost({ data });
        const writers = Array.from({ length: WRITERS }, (_, n) =>
          writeUntilKilled(host.webSocketBase, room, `${round}-${n}`, random),
        );
        await new Promise((resolve) => setTimeout(resolve, 100 + random() * 900));
        await host.kill();
        for (const held of await Promise.all(writers)) acknowledged.push(...held);
      }
      const host = await startHost({ data });
      const reader = stockClient(host.webSocketBase, room);
      await synced(reader);
      const stored = reader.doc.getArray<string>("tokens").toArray();
      reader.close();
      await host.stop();
      console.log(`${ROUNDS} kills, ${acknowledged.length} tokens acknowledged, ${stored.length} stored`);
      const known = new Set(stored);
      expect(acknowledged.filter((token) => !known.has(token))).toEqual([]);
      expect(stored.length).toBe(known.size);
      expect(acknowledged.length).toBeGreaterThan(ROUNDS * WRITERS);
      expect((await checked.keys()).filter((key) => key.startsWith("bad/"))).toEqual([]);
    },
    LONG ? 600_000 : 60_000,
  );
});
