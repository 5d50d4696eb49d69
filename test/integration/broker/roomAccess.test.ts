import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import * as Y from "yjs";
import { accessFrame, helloFrame } from "#shared/adapters/hub/accessFrames.ts";
import { updateFrame } from "#shared/adapters/hub/hubFrames.ts";
import { RoomId } from "#shared/base/ids.ts";
import { FRAME_ACCESS, FRAME_HELLO, HUB_PATH } from "#shared/contracts/host/hubProtocol.ts";
import { helloMessage } from "#shared/rooms/access/hello.ts";
import { membership, roleOf } from "#shared/rooms/access/membership.ts";
import { EVERYBODY, parseStatement } from "#shared/rooms/access/statement.ts";
import { foundingOf, foundRoom } from "#shared/rooms/founding.ts";
import type { RoomRef } from "#shared/rooms/roomLink.ts";
import { NodeSigner } from "../../../workers/agent/NodeSigner.ts";
import { HubHost } from "../../support/HubHost.ts";
import { AccessClient } from "../../support/hub/AccessClient.ts";
import { stockClient, synced, untilText } from "../../support/hub/hubClient.ts";

let host: HubHost;
const [owner, ana, mallory] = [NodeSigner.create(), NodeSigner.create(), NodeSigner.create()] as const;
const clients: { close(): void }[] = [];
beforeAll(async () => {
  host = await HubHost.start();
});
afterAll(async () => {
  for (const client of clients) client.close();
  await host.close();
});

const kept = <T extends { close(): void }>(client: T): T => {
  clients.push(client);
  return client;
};
const join = async (room: RoomRef, signer: NodeSigner, more: object = {}): Promise<AccessClient> => {
  const client = kept(new AccessClient({ port: host.port, room, signer, ...more }));
  await client.until(() => client.greeted);
  return client;
};
const knock = (room: RoomRef, signer: NodeSigner): AccessClient =>
  kept(new AccessClient({ port: host.port, room, signer }));
const cells = (doc: Y.Doc): Y.Map<unknown> => doc.getMap("cells");
const runs = (doc: Y.Doc): Y.Map<unknown> => doc.getMap("runs");
const source = (doc: Y.Doc): Y.Text => (cells(doc).get("c") as Y.Map<unknown>).get("src") as Y.Text;

/** A room with a cell in it, whose founder has said what everybody may do. */
async function restricted(role: "none" | "viewer" | "runner") {
  const room = foundRoom(owner.publicKey);
  const teacher = await join(room, owner);
  cells(teacher.doc).set("c", new Y.Map([["src", new Y.Text("1 + 1")]]));
  runs(teacher.doc).set("c", { run: "first" });
  await teacher.restrict(role);
  await teacher.settled();
  return { room, teacher };
}

describe("an open room", () => {
  it("is as before: stock clients and devices that say who they are write in it", async () => {
    const room = { ...foundRoom(owner.publicKey) };
    const stock = kept(stockClient(`ws://127.0.0.1:${host.port}`, room.id));
    await synced(stock);
    const known = await join(room, ana);
    expect(known.statements).toEqual([]);
    known.doc.getText("t").insert(0, "hello");
    await untilText(stock.doc, (text) => text === "hello");
    stock.doc.getText("t").insert(5, " you");
    await known.until(() => known.doc.getText("t").toString() === "hello you");
  });

  it("cannot be taken over: its id says who founded it", async () => {
    const room = foundRoom(owner.publicKey);
    const thief = await join(room, mallory);
    await thief.say("*", "viewer", { founder: 1, teacher: 0 });
    await thief.say(mallory.peer, "teacher", { founder: 1, teacher: 0 });
    thief.send(accessFrame(new Uint8Array(16), [new Uint8Array(200)]));
    await thief.settled();
    expect(thief.statements).toEqual([]);
    const later = await join(room, ana);
    expect(later.statements).toEqual([]);
    const random = { id: RoomId.create(), secret: room.secret };
    const nobodys = await join(random, owner);
    await nobodys.say("*", "viewer", { founder: 1, teacher: 0 });
    await nobodys.settled();
    expect(nobodys.statements).toEqual([]);
  });
});

describe("a room for reading", () => {
  it("passes on nothing that viewers, unknown devices and stock clients write, and tells them", async () => {
    const { room, teacher } = await restricted("viewer");
    const viewer = await join(room, ana);
    await viewer.until(() => cells(viewer.doc).has("c"));
    cells(viewer.doc).set("mine", new Y.Map());
    await viewer.until(() => viewer.refusals.length > 0);
    expect(viewer.refusals).toEqual(["You may read this notebook, not change it."]);
    cells(viewer.doc).delete("c");
    await viewer.until(() => viewer.refusals.length > 1);
    runs(viewer.doc).set("c", { run: "second" });
    await viewer.until(() => viewer.refusals.length > 2);
    const stock = kept(stockClient(`ws://127.0.0.1:${host.port}`, room.id));
    await synced(stock);
    stock.doc.getText("t").insert(0, "stock was here");
    cells(teacher.doc).set("d", new Y.Map());
    await viewer.until(() => cells(viewer.doc).has("d"));
    await teacher.settled();
    expect([...cells(teacher.doc).keys()].sort()).toEqual(["c", "d"]);
    expect(teacher.doc.getText("t").toString()).toBe("");
    expect(runs(teacher.doc).get("c")).toEqual({ run: "first" });
  });

  it("keeps its rules over a restart of the room, and takes the answer of a viewer that has nothing new", async () => {
    const { room, teacher } = await restricted("viewer");
    cells(teacher.doc).delete("c");
    await teacher.settled();
    const viewer = await join(room, ana);
    await viewer.settled();
    await viewer.settled();
    expect(viewer.refusals).toEqual([]);
  });

  it("lets the founder in again on another day, by key alone", async () => {
    const { room, teacher } = await restricted("viewer");
    teacher.close();
    const again = await join(room, owner);
    await again.until(() => cells(again.doc).has("c"));
    cells(again.doc).set("e", new Y.Map());
    await again.settled();
    expect(again.refusals).toEqual([]);
  });

  it("lets in whoever is made an editor, at once, and puts an editor back who is made a viewer", async () => {
    const { room, teacher } = await restricted("viewer");
    const viewer = await join(room, ana);
    await teacher.say(ana.peer, "editor", { founder: 1, teacher: 0 });
    expect((await viewer.untilClosed()).code).toBe(1012);
    const editor = await join(room, ana);
    cells(editor.doc).set("anas", new Y.Map());
    await teacher.until(() => cells(teacher.doc).has("anas"));
    await teacher.say(ana.peer, "viewer", { founder: 2, teacher: 0 });
    expect((await editor.untilClosed()).code).toBe(1012);
    const back = await join(room, ana);
    cells(back.doc).set("late", new Y.Map());
    await back.until(() => back.refusals.length > 0);
  });
});

describe("a room for running", () => {
  it("takes outputs of runners and nothing else of theirs", async () => {
    const { room, teacher } = await restricted("runner");
    const runner = await join(room, ana);
    await runner.until(() => runs(runner.doc).has("c"));
    runs(runner.doc).set("c", { run: "second", outputs: [{ inline: "2" }] });
    await teacher.until(() => (runs(teacher.doc).get("c") as { run: string }).run === "second");
    expect(runner.refusals).toEqual([]);
    // Each by a device of its own: a gap left by what was refused before would be reason enough to refuse.
    const attacks: readonly ((doc: Y.Doc) => void)[] = [
      (doc) => cells(doc).set("x", new Y.Map()),
      (doc) => source(doc).insert(1, "x"),
      (doc) => source(doc).delete(0, 2),
      (doc) => (cells(doc).get("c") as Y.Map<unknown>).set("del", { by: "me" }),
      (doc) => cells(doc).delete("c"),
      (doc) => doc.getMap("meta").set("title", "mine"),
      (doc) => doc.getMap("elsewhere").set("a", 1),
      (doc) => {
        runs(doc).set("c", { run: "third" });
        doc.getText("t").insert(0, "beside a run");
      },
    ];
    for (const attack of attacks) {
      const attacker = await join(room, mallory);
      await attacker.until(() => cells(attacker.doc).has("c") && runs(attacker.doc).has("c"));
      attacker.doc.transact(() => attack(attacker.doc));
      await attacker.until(() => attacker.refusals.length > 0);
      attacker.close();
    }
    await teacher.settled();
    expect(cells(teacher.doc).has("c")).toBe(true);
    expect(source(teacher.doc).toString()).toBe("1 + 1");
    expect(runs(teacher.doc).get("c")).toEqual({ run: "second", outputs: [{ inline: "2" }] });
    expect([teacher.doc.getMap("meta").size, teacher.doc.getMap("elsewhere").size]).toEqual([0, 0]);
  });
});

describe("a room for those who were let in", () => {
  it("gives nothing to others, and tells the teacher who asked", async () => {
    const { room, teacher } = await restricted("none");
    const stranger = knock(room, ana);
    const closed = await stranger.untilClosed();
    expect(closed.code).toBe(1008);
    expect(closed.reason).toContain("Ask its teacher");
    // But that nobody is let in who was not named.
    expect([cells(stranger.doc).size, stranger.statements, stranger.greeted]).toEqual([0, teacher.statements, false]);
    const stock = kept(stockClient(`ws://127.0.0.1:${host.port}`, room.id));
    await new Promise<void>((resolve) => stock.provider.once("connection-close", () => resolve()));
    expect(stock.doc.getMap("cells").size).toBe(0);
    await teacher.until(() => teacher.devices.some(({ publicKey }) => sameBytes(publicKey, ana.publicKey)));
    await teacher.say(ana.peer, "viewer", { founder: 1, teacher: 0 });
    await teacher.until(() => teacher.statements.length === 2);
    const member = await join(room, ana);
    await member.until(() => cells(member.doc).has("c"));
  });

  it("tells who was taken out meanwhile, of nobody else", async () => {
    const { room, teacher } = await restricted("viewer");
    await teacher.say(ana.peer, "teacher", { founder: 1, teacher: 0 });
    await teacher.until(() => teacher.statements.length === 2);
    const second = await join(room, ana);
    await second.say(mallory.peer, "none", { founder: 0, teacher: 1 });
    await second.say(NodeSigner.create().peer, "editor", { founder: 0, teacher: 1 });
    await teacher.until(() => teacher.statements.length === 4);
    const away = knock(room, mallory);
    expect(await away.untilClosed()).toMatchObject({ code: 1008 });
    const about = away.statements.map((bytes) => parseStatement(room.id, bytes)?.statement.subject);
    expect(new Set(about)).toEqual(new Set([EVERYBODY, ana.peer, mallory.peer]));
    const known = away.statements.flatMap((bytes) => parseStatement(room.id, bytes) ?? []);
    expect(roleOf(membership({ id: room.id, founding: foundingOf(room.secret) }, known), mallory.peer)).toBe("none");
  });
});

describe("saying who one is", () => {
  it("is believed only with a signature of that key, over this challenge, in this room, at this host", async () => {
    const { room } = await restricted("viewer");
    const forged = [
      // Somebody else's signature under the owner's key.
      async (challenge: Uint8Array) => [owner.publicKey, await mallory.sign(right(challenge))] as const,
      // An answer that was overheard: the challenge of another connection.
      async () => [owner.publicKey, await owner.sign(right(new Uint8Array(32)))] as const,
      async (challenge: Uint8Array) =>
        [owner.publicKey, await owner.sign(helloMessage({ room: RoomId.create(), host: here(), challenge }))] as const,
      async (challenge: Uint8Array) =>
        [owner.publicKey, await owner.sign(helloMessage({ room: room.id, host: "evil.example", challenge }))] as const,
      async (challenge: Uint8Array) => [owner.publicKey, await owner.sign(challenge)] as const,
      // A key of small order: everybody's signature is good under it, one time in four.
      () => Promise.resolve([new Uint8Array(32), new Uint8Array(64)] as const),
      () => Promise.resolve([new Uint8Array(0), new Uint8Array(0)] as const),
    ];
    const here = (): string => `127.0.0.1:${host.port}`;
    const right = (challenge: Uint8Array): Uint8Array => helloMessage({ room: room.id, host: here(), challenge });
    for (const sign of forged) {
      const client = await join(room, owner, { sign });
      expect(client.refusals).toEqual(["The class host could not check who you are."]);
      cells(client.doc).set("forged", new Y.Map());
      await client.until(() => client.refusals.length > 1);
      await client.say(mallory.peer, "teacher", { founder: 5, teacher: 0 });
      await client.settled();
      expect(client.statements).toHaveLength(1);
      client.close();
    }
    const honest = await join(room, owner);
    expect(honest.statements).toHaveLength(1);
  });

  it("cannot be done twice, or later, on one connection", async () => {
    const { room } = await restricted("viewer");
    const client = await join(room, mallory);
    client.send(helloFrame(owner.publicKey, await owner.sign(new Uint8Array(32)), "again"));
    const right = helloMessage({ room: room.id, host: `127.0.0.1:${host.port}`, challenge: client.challenge! });
    client.send(helloFrame(owner.publicKey, await owner.sign(right), "again"));
    cells(client.doc).set("c", new Y.Map());
    await client.until(() => client.refusals.length > 0);
  });
});

describe("hostile frames about members", () => {
  it("are refused: escalation by a viewer, statements of others repeated, another room's", async () => {
    const { room, teacher } = await restricted("viewer");
    const viewer = await join(room, mallory);
    await viewer.say(mallory.peer, "editor", { founder: 2, teacher: 0 });
    await viewer.say(mallory.peer, "teacher", { founder: 1, teacher: 1 });
    await viewer.say(owner.peer, "none", { founder: 1, teacher: 1 });
    await viewer.settled();
    await teacher.say(mallory.peer, "teacher", { founder: 1, teacher: 0 });
    await viewer.untilClosed();
    const appointed = await join(room, mallory);
    await appointed.say(ana.peer, "teacher", { founder: 0, teacher: 1 });
    await appointed.say(owner.peer, "none", { founder: 0, teacher: 1 });
    await appointed.settled();
    expect(teacher.statements).toHaveLength(2);
    await teacher.say(mallory.peer, "viewer", { founder: 2, teacher: 0 });
    await appointed.untilClosed();
    const demoted = await join(room, mallory);
    demoted.send(accessFrame(undefined, teacher.statements));
    cells(demoted.doc).set("c", new Y.Map());
    await demoted.until(() => demoted.refusals.length > 0);
  });

  it("close the connection when malformed, and leave the host well", async () => {
    const { room } = await restricted("viewer");
    const garbage = [
      [FRAME_HELLO],
      [FRAME_HELLO, 255, 255, 255, 255, 15],
      [FRAME_HELLO, 33, ...new Array<number>(33).fill(1)],
      [FRAME_ACCESS, 0, 255, 255, 255, 255, 15],
      [FRAME_ACCESS, 17, ...new Array<number>(17).fill(1), 0],
      [FRAME_ACCESS, 0, 1, 255, 127],
    ];
    for (const bytes of garbage) {
      for (const query of ["", "?auth=1&held=1"]) {
        const socket = new WebSocket(`ws://127.0.0.1:${host.port}${HUB_PATH}${room.id}${query}`);
        await once(socket, "open");
        socket.send(new Uint8Array(bytes));
        const [code] = (await once(socket, "close")) as [number];
        expect(code).toBe(4400);
      }
    }
    const flood = new WebSocket(`ws://127.0.0.1:${host.port}${HUB_PATH}${room.id}?auth=1`);
    await once(flood, "open");
    const update = updateFrame(Y.encodeStateAsUpdate(new Y.Doc()));
    for (let sent = 0; sent < 300; sent++) flood.send(update);
    expect(((await once(flood, "close")) as [number])[0]).toBe(4400);
    await join(room, owner);
  });
});

const sameBytes = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0;
