// Members of a room by way of a host that cannot read it: they converge, everything is kept, and nothing of it stands on
// the host's disk or goes over its sockets in clear.

import { once } from "node:events";
import { connect, createServer, type AddressInfo } from "node:net";
import { join as joinPath } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import * as Y from "yjs";
import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { readHubFrame } from "#shared/adapters/hub/hubFrames.ts";
import {
  fetchFrame,
  readSealedFrame,
  sealedUpdateFrame,
  snapshotFrame,
  type SealedFrame,
} from "#shared/adapters/hub/sealed/sealedFrames.ts";
import { RoomId } from "#shared/base/ids.ts";
import { HUB_PATH } from "#shared/contracts/host/hubProtocol.ts";
import { HUB_PLAIN, HUB_SEALED } from "#shared/contracts/host/sealedHub.ts";
import { documentDigest } from "#shared/notebook/digest.ts";
import { createRoomSecret } from "#shared/rooms/roomKeys.ts";
import type { RoomRef } from "#shared/rooms/roomLink.ts";
import { RoomSealer } from "#shared/rooms/RoomSealer.ts";
import { openLevel } from "../../../broker/archive/openLevel.ts";
import { BlindHubHost, BlindMember } from "../../support/hub/BlindHubHost.ts";
import { stockClient } from "../../support/hub/hubClient.ts";
import { HubHost } from "../../support/HubHost.ts";
import { untilTrue } from "../../support/until.ts";

const SECRET_WORDS = "the examination is on Friday";

let host: BlindHubHost;
let room: RoomRef;
let members: BlindMember[];

beforeEach(async () => {
  host = await BlindHubHost.start();
  room = { id: RoomId.create(), secret: createRoomSecret() };
  members = [];
});

afterEach(async () => {
  for (const member of members) await member.leave();
  await host.close();
});

function join(given?: ConstructorParameters<typeof BlindMember>[2], base = host.base): BlindMember {
  const member = new BlindMember(room, base, given);
  members.push(member);
  return member;
}

/** Waits for what must come true; a busy machine may take long over it. */
const until = (condition: () => boolean, what: string): Promise<void> => untilTrue(what, condition, 40_000);

async function leave(member: BlindMember): Promise<void> {
  await member.leave();
  members = members.filter((other) => other !== member);
}

describe("a blind host", () => {
  it("brings members together, and reads nothing of what they write or show", async () => {
    const [tess, ana] = [join(), join()];
    tess.awareness.setLocalState({ name: "Tess Holloway" });
    tess.write(SECRET_WORDS);
    await until(() => ana.text === SECRET_WORDS, "ana has what tess wrote");
    ana.write(" at nine");
    await until(() => tess.text.endsWith("at nine"), "tess has what ana wrote");
    await until(() => ana.awareness.getStates().has(tess.doc.clientID), "ana sees tess");
    await until(() => tess.held && ana.held, "both are told that the host holds it");
    expect(host.wire.length).toBeGreaterThan(5);
    for (const words of [SECRET_WORDS, "Holloway", "at nine"]) expect(await host.knows(words)).toBe(false);
    // The search finds what is there: a host that reads what it stores does know it.
    expect(await host.knows(room.id)).toBe(true);
  });

  it("gives everything to who comes when all have gone, also after it was started again", async () => {
    const tess = join();
    tess.write(SECRET_WORDS);
    tess.doc.getText("t").delete(0, 4);
    await until(() => tess.held, "held");
    const digest = documentDigest(tess.doc);
    await leave(tess);
    await host.restart();
    const ben = join();
    await until(() => documentDigest(ben.doc) === digest, "ben has it all");
    await until(() => ben.held, "and nothing of ours is missing at the host");
  });

  it("goes on where a connection was cut, and takes what was written meanwhile once", async () => {
    const [tess, ana] = [join(), join()];
    tess.write("one");
    await until(() => ana.text === "one" && tess.held && ana.held, "both have it");
    await host.restart();
    tess.write(" two");
    ana.doc.getText("t").insert(0, "zero ");
    await until(() => tess.text === "zero one two" && ana.text === tess.text, "they meet again");
    await until(() => tess.held && ana.held, "held");
    const begins = host.wire.map((bytes) => readSealedFrame(bytes)).filter((frame) => frame?.type === "begin");
    expect(begins).toHaveLength(2);
  });

  it("stores nothing for a notebook that is only opened", async () => {
    const tess = join();
    tess.write("here to stay");
    await until(() => tess.held, "held");
    const state = Y.encodeStateAsUpdate(tess.doc);
    await leave(tess);
    const sent = (): number => host.wire.filter((bytes) => readSealedFrame(bytes)?.type === "update").length;
    const before = sent();
    for (let visit = 0; visit < 3; visit++) {
      const visitor = join({ doc: state });
      await until(() => visitor.held, "held");
      await leave(visitor);
    }
    expect(sent()).toBe(before);
  });

  it("is given what was written offline, deletions included", async () => {
    const tess = join();
    tess.write("a long sentence");
    await until(() => tess.held, "held");
    const offline = new Y.Doc();
    Y.applyUpdate(offline, Y.encodeStateAsUpdate(tess.doc));
    offline.getText("t").delete(2, 5);
    const back = join({ doc: Y.encodeStateAsUpdate(offline), mode: "sealed" });
    await until(() => tess.text === "a sentence" && back.held, "the deletion arrived");
  });

  it("is told nothing by whoever has another key, who is told why", async () => {
    const tess = join();
    tess.write(SECRET_WORDS);
    await until(() => tess.held, "held");
    const stranger = new BlindMember({ id: room.id, secret: createRoomSecret() }, host.base);
    members.push(stranger);
    await until(() => stranger.status?.state === "failed", "told");
    expect(stranger.status).toMatchObject({ state: "failed", code: "wrong-key" });
    stranger.write("nobody hears this");
    tess.write("!");
    await until(() => tess.held, "held");
    expect(stranger.text).toBe("nobody hears this");
  });

  it("refuses clients that would give it their document in clear", async () => {
    const client = stockClient(host.base.replace("http", "ws"), room.id);
    client.doc.getText("t").insert(0, SECRET_WORDS);
    const reasons: string[] = [];
    const socket = new WebSocket(`${host.base.replace("http", "ws")}${HUB_PATH}${room.id}`);
    socket.binaryType = "arraybuffer";
    socket.on("error", () => {});
    socket.on("message", (data: ArrayBuffer) => {
      const frame = readHubFrame(new Uint8Array(data));
      if (frame?.type === "denied") reasons.push(frame.reason);
    });
    await until(() => reasons.length > 0, "denied");
    expect(reasons[0]).toContain("blind");
    client.close();
    const later = join();
    await until(() => later.held, "held");
    expect(later.text).toBe("");
  });

  it("is not believed when it suddenly reads", async () => {
    const seeing = await HubHost.start();
    try {
      const tess = join({ mode: "sealed" }, `http://127.0.0.1:${seeing.port}`);
      tess.write(SECRET_WORDS);
      await until(() => tess.status?.state === "failed", "it stops");
      expect(tess.status).toMatchObject({ code: "not-blind" });
      expect(await seeing.diskNow(room.id)).toEqual(new Uint8Array([0, 0]));
    } finally {
      await seeing.close();
    }
  });

  it("is spoken to again when it is back at its address", async () => {
    const seeing = await HubHost.start();
    let target = seeing.port;
    const address = createServer((from) => {
      const to = connect(target, "127.0.0.1");
      from.pipe(to).pipe(from);
      for (const socket of [from, to]) socket.on("error", () => [from, to].forEach((end) => end.destroy()));
    });
    await once(address.listen(0, "127.0.0.1"), "listening");
    try {
      const tess = join({ mode: "sealed" }, `http://127.0.0.1:${(address.address() as AddressInfo).port}`);
      tess.write(SECRET_WORDS);
      await until(() => tess.status?.state === "failed", "it stops");
      target = Number(new URL(host.base).port);
      tess.attached.resync();
      await until(() => tess.held, "held");
      expect(await seeing.diskNow(room.id)).toEqual(new Uint8Array([0, 0]));
    } finally {
      address.close();
      await seeing.close();
    }
  });
});

describe("a blind host's log", () => {
  const wire = (type: SealedFrame["type"]): number =>
    host.wire.filter((bytes) => readSealedFrame(bytes)?.type === type).length;

  async function fill(member: BlindMember, entries: number): Promise<void> {
    await until(() => member.held, "reached");
    for (let count = 0; count < entries; count++) {
      member.write(`${count},`);
      // Each in an entry of its own: what is written in one turn travels together.
      await Promise.resolve();
      await Promise.resolve();
    }
    await until(() => member.held, "held");
  }

  it("is replaced by a snapshot that a member makes, and gives the same", async () => {
    const tess = join();
    await fill(tess, 520);
    await until(() => wire("snapshot") > 0, "a snapshot was made");
    await host.restart();
    const ben = join();
    await until(() => ben.text === tess.text, "ben has it from the snapshot");
    expect(wire("piece")).toBeGreaterThan(0);
  });

  it("loses nothing by a snapshot that cannot be opened", async () => {
    const tess = join();
    await fill(tess, 100);
    await host.restart(async (archive) => {
      const { header, entries } = await archive.load(room.id);
      const covers = entries.at(-1)?.seq ?? 0;
      const garbage = new RoomSealer({ id: room.id, secret: createRoomSecret() }).seal("update", new Uint8Array(100));
      await archive.putPiece(room.id, { covers, index: 0 }, garbage);
      await archive.commit(room.id, { ...header, now: { covers, pieces: 1 }, before: header.now });
    });
    const ben = join();
    await until(() => ben.text === tess.text, "ben has it from the generation before");
  });

  it("loses nothing by a snapshot that leaves out most: the next one has it again", async () => {
    const tess = join();
    await fill(tess, 60);
    const whole = tess.text;
    await leave(tess);
    await host.restart(async (archive) => {
      const { header, entries } = await archive.load(room.id);
      const covers = entries.at(-1)?.seq ?? 0;
      const empty = new RoomSealer(room).seal("update", Y.encodeStateAsUpdate(new Y.Doc()));
      await archive.putPiece(room.id, { covers, index: 0 }, empty);
      await archive.commit(room.id, { ...header, now: { covers, pieces: 1 }, before: header.now });
    });
    const ben = join();
    await until(() => ben.held, "ben believes to have everything");
    expect(ben.text).toBe("");
    await fill(ben, 520);
    await until(() => ben.text.includes(whole), "the generation before was read again");
    await until(() => ben.held, "and given to everybody");
    await leave(ben);
    const cleo = join();
    await until(() => cleo.text.includes(whole), "cleo has both");
  });

  it("is read anew, and filled again by members, when a record of it is damaged", async () => {
    const tess = join();
    await fill(tess, 20);
    await host.restart(async (archive) => {
      await archive.close();
      const level = await openLevel(joinPath(host.folder, "sealed"), silentLogger);
      const key = `room/${room.id}/e/000000000007`;
      const record = (await level.get(key)) ?? new Uint8Array();
      record[record.length - 1] = (record.at(-1) ?? 0) ^ 1;
      await level.put(key, record);
      await level.close();
    });
    tess.write("back");
    await until(() => tess.held, "tess gave what was lost");
    const ben = join();
    await until(() => ben.text === tess.text, "ben has it all");
  });
});

describe("a blind host and strangers", () => {
  it("takes no snapshot that it did not ask for, and passes noise on to nobody's harm", async () => {
    const tess = join();
    tess.write(SECRET_WORDS);
    await until(() => tess.held, "held");
    const socket = new WebSocket(`${host.base.replace("http", "ws")}${HUB_PATH}${room.id}`, [HUB_SEALED, HUB_PLAIN]);
    const frames: (SealedFrame | undefined)[] = [];
    socket.binaryType = "arraybuffer";
    socket.on("message", (data: ArrayBuffer) => frames.push(readSealedFrame(new Uint8Array(data))));
    await new Promise((resolve) => socket.once("open", resolve));
    const empty = new Uint8Array();
    socket.send(fetchFrame({ log: empty, covers: 0, piece: 0, whole: false, seq: 0, mark: empty }));
    const noise = new RoomSealer({ id: room.id, secret: createRoomSecret() }).seal("update", new Uint8Array(40));
    socket.send(snapshotFrame(1, 0, { last: true, sealed: noise }));
    socket.send(sealedUpdateFrame(1, noise));
    await until(() => frames.some((frame) => frame?.type === "taken"), "the noise is in the log");
    const ben = join();
    await until(() => ben.text === SECRET_WORDS && ben.held, "ben reads what he can");
    const garbage = new WebSocket(`${host.base.replace("http", "ws")}${HUB_PATH}${room.id}`, [HUB_SEALED]);
    const closed = new Promise<number>((resolve) => garbage.once("close", resolve));
    garbage.once("open", () => garbage.send(new Uint8Array([126, 1, 2, 3])));
    expect(await closed).toBe(4400);
    socket.terminate();
  });
});
