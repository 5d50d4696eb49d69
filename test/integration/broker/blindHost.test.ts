// `meshbook serve --blind` as users start it: what it keeps, what it refuses, and what is left after it was killed.

import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HostBlobs } from "#shared/adapters/blobs/HostBlobs.ts";
import { systemClock } from "#shared/adapters/systemClock.ts";
import { contentHash } from "#shared/base/hash.ts";
import { RoomId } from "#shared/base/ids.ts";
import { createRoomSecret } from "#shared/rooms/roomKeys.ts";
import { RoomSealer } from "#shared/rooms/RoomSealer.ts";
import { BlindMember } from "../../support/hub/BlindHubHost.ts";
import { isKept } from "../../support/isKept.ts";
import { runMeshbook, startHost, type RunningHost } from "../../support/startHost.ts";
import { untilTrue } from "../../support/until.ts";

const WORDS = "a sentence that must not be found";
const ARGS = ["--blind"] as const;
let data: string;
let host: RunningHost | undefined;

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), "meshbook-blind-"));
});

afterEach(async () => {
  await host?.stop();
  host = undefined;
  await rm(data, { recursive: true, force: true });
});

const started = async (): Promise<RunningHost> => (host = await startHost({ data, args: ARGS }));

describe("meshbook serve --blind", () => {
  it("keeps, through kill -9, what it called held, and nothing of it in clear", async () => {
    const room = { id: RoomId.create(), secret: createRoomSecret() };
    const first = await started();
    const { base } = first;
    expect(first.ready.url).toBe(`${base}/`);
    const tess = new BlindMember(room, base);
    for (let count = 0; count < 20; count++) {
      tess.write(`${WORDS} ${count}; `);
      await untilTrue("held", () => tess.held, 30_000);
    }
    const text = tess.text;
    await first.kill();
    await tess.leave();
    expect(await isKept(data, WORDS)).toBe(false);
    const again = await started();
    const ben = new BlindMember(room, again.base);
    await untilTrue("ben has it", () => ben.text === text && ben.held, 30_000);
    await ben.leave();
  });

  it("keeps files sealed, under names that tell nothing, and takes none in clear", async () => {
    const { base } = await started();
    const room = { id: RoomId.create(), secret: createRoomSecret() };
    const content = new TextEncoder().encode(WORDS.repeat(1_000));
    const hash = contentHash(content);
    const options = { room: room.id, base, request: fetch as never, clock: systemClock };
    const signal = new AbortController().signal;
    const member = new HostBlobs({
      ...options,
      sealing: { sealer: new RoomSealer(room), mode: () => Promise.resolve("sealed") },
    });
    expect(await member.put(hash, content, signal)).toBe(201);
    expect(await member.has(hash)).toBe(true);
    expect(await member.get(hash)).toEqual(content);
    expect(await new HostBlobs(options).put(hash, content, signal)).toBe(403);
    const other = { id: room.id, secret: createRoomSecret() };
    const stranger = new HostBlobs({
      ...options,
      sealing: { sealer: new RoomSealer(other), mode: () => Promise.resolve("sealed") },
    });
    expect(await stranger.get(hash)).toBeUndefined();
    expect(await isKept(data, WORDS)).toBe(false);
    const names = await readdir(join(data, "blobs"), { recursive: true });
    expect(names.some((name) => name.includes(hash))).toBe(false);
  });

  it("says that it is blind, has no history, and is backed up like any other", async () => {
    const { base } = await started();
    expect(await (await fetch(`${base}/host.json`)).json()).toMatchObject({ blind: true });
    expect((await fetch(`${base}/history/${RoomId.create()}`)).status).toBe(404);
    const room = { id: RoomId.create(), secret: createRoomSecret() };
    const tess = new BlindMember(room, base);
    tess.write(WORDS);
    await untilTrue("held", () => tess.held, 30_000);
    await tess.leave();
    const place = await mkdtemp(join(tmpdir(), "meshbook-backup-"));
    const [file, copy] = [join(place, "class.backup"), join(place, "copy")];
    const made = await runMeshbook(["backup", "--data", data, "--out", file]);
    expect(made).toMatchObject({ code: 0, error: "" });
    const back = await runMeshbook(["restore", file, "--data", copy]);
    expect(back).toMatchObject({ code: 0, error: "" });
    await host?.stop();
    host = await startHost({ data: copy, args: ARGS });
    const ben = new BlindMember(room, host.base);
    await untilTrue("ben reads the copy", () => ben.text === WORDS, 30_000);
    await ben.leave();
    await host.stop();
    host = undefined;
    await rm(place, { recursive: true, force: true });
  });

  it("does not share a folder with a host that reads, either way round", async () => {
    await started();
    await host?.stop();
    host = undefined;
    const seeing = await runMeshbook(["serve", "--port", "0", "--data", data, "--no-agent"]);
    expect(seeing).toMatchObject({ code: 1, out: "" });
    expect(seeing.error).toMatch(/is of a blind host/);
    const clear = await mkdtemp(join(tmpdir(), "meshbook-clear-"));
    await (await startHost({ data: clear })).stop();
    const blind = await runMeshbook(["serve", "--blind", "--port", "0", "--data", clear]);
    expect(blind.error).toMatch(/the host can read/);
    await rm(clear, { recursive: true, force: true });
  });
});
