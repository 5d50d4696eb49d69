import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import * as Y from "yjs";
import { updateFrame } from "#shared/adapters/hub/hubFrames.ts";
import { RoomId } from "#shared/base/ids.ts";
import { FRAME_AWARENESS, HUB_FRAME_LIMIT, HUB_PATH } from "#shared/contracts/host/hubProtocol.ts";
import { DAMAGING } from "../../support/hub/damagingUpdate.ts";
import { HeldClient, isHeld, stockClient, synced, untilText, frameType } from "../../support/hub/hubClient.ts";
import { startHost, type RunningHost } from "../../support/startHost.ts";
import { SLACK } from "../../support/slack.ts";
import { untilTrue } from "../../support/until.ts";

let host: RunningHost;
beforeAll(async () => {
  host = await startHost();
});
afterAll(async () => {
  await host.stop();
});

const raw = async (room: string, query = ""): Promise<WebSocket> => {
  const socket = new WebSocket(`${host.webSocketBase}${HUB_PATH}${room}${query}`);
  socket.binaryType = "arraybuffer";
  await once(socket, "open");
  return socket;
};

describe("the sync hub with stock y-websocket providers", () => {
  it("brings two of them together, both ways, and tells who is there", async () => {
    const room = RoomId.create();
    const [ana, ben] = [stockClient(host.webSocketBase, room), stockClient(host.webSocketBase, room)];
    ana.provider.awareness.setLocalState({ name: "Ana" });
    await Promise.all([synced(ana), synced(ben)]);
    ana.doc.getText("t").insert(0, "hello ");
    await untilText(ben.doc, (text) => text === "hello ");
    ben.doc.getText("t").insert(6, "there");
    await untilText(ana.doc, (text) => text === "hello there");
    const states = () => [...ben.provider.awareness.getStates().values()];
    await waitForAwareness(ben, () => states().some((state) => state["name"] === "Ana"));
    ana.provider.disconnect();
    await waitForAwareness(ben, () => !states().some((state) => state["name"] === "Ana"));
    ana.close();
    ben.close();
  });

  it("gives a late comer a document of 3 MB after its writer has gone", async () => {
    const room = RoomId.create();
    const ana = stockClient(host.webSocketBase, room);
    await synced(ana);
    const held = new HeldClient(host.webSocketBase, room);
    await once(held.socket, "open");
    const line = "The quick brown fox jumps over the lazy dog. ";
    ana.doc.getText("t").insert(0, line.repeat(70_000));
    await held.until(() => held.doc.getText("t").length === 3_150_000);
    ana.close();
    held.socket.close();
    const started = performance.now();
    const late = stockClient(host.webSocketBase, room);
    await untilText(late.doc, (text) => text.length === 3_150_000);
    expect(late.doc.getText("t").toString()).toBe(line.repeat(70_000));
    console.log(`3 MB for a late comer: ${Math.round(performance.now() - started)} ms`);
    late.close();
  });

  it("keeps 30 of them equal while all type at once", async () => {
    const room = RoomId.create();
    const clients = Array.from({ length: 30 }, () => stockClient(host.webSocketBase, room));
    await Promise.all(clients.map(synced));
    const started = performance.now();
    for (let round = 0; round < 10; round++) {
      clients.forEach(({ doc }, n) => doc.getText("t").insert(0, `[${n}.${round}]`));
    }
    const length = Array.from({ length: 30 }, (_, n) => `[${n}.0]`.length).reduce((a, b) => a + b) * 10;
    await Promise.all(clients.map(({ doc }) => untilText(doc, (text) => text.length === length)));
    console.log(`30 clients, 300 edits: ${Math.round(performance.now() - started)} ms`);
    expect(new Set(clients.map(({ doc }) => doc.getText("t").toString())).size).toBe(1);
    for (const client of clients) client.close();
  });

  it("sends a stock client that is alone something now and then, or it would take the line for dead", async () => {
    const alone = await raw(RoomId.create());
    const echoed = new Promise<void>((resolve) => {
      alone.on("message", (data: ArrayBuffer) => frameType(data) === FRAME_AWARENESS && resolve());
    });
    // One awareness state: client 1, clock 1, `{}`.
    alone.send(Uint8Array.of(FRAME_AWARENESS, 6, 1, 1, 1, 2, 0x7b, 0x7d));
    await echoed;
    alone.close();
  });
});

describe("FRAME_HELD", () => {
  it("is said to those who asked for it, for every frame they sent", async () => {
    const client = new HeldClient(host.webSocketBase, RoomId.create());
    await client.until(() => client.held === 2);
    for (let n = 0; n < 50; n++) client.doc.getText("t").insert(0, "x");
    await client.until(() => client.held === client.sent);
    expect(client.sent).toBe(52);
    client.doc.getText("t").delete(0, 50);
    await client.until(() => client.held === 53);
    client.socket.close();
  });

  it("is never said to others", async () => {
    const room = RoomId.create();
    const stock = await raw(room);
    const frames: ArrayBuffer[] = [];
    stock.on("message", (data: ArrayBuffer) => frames.push(data));
    const asking = new HeldClient(host.webSocketBase, room);
    await asking.until(() => asking.held === 2);
    const doc = new Y.Doc();
    doc.getText("t").insert(0, "y");
    stock.send(updateFrame(Y.encodeStateAsUpdate(doc)));
    await asking.until(() => asking.doc.getText("t").length === 1);
    asking.doc.getText("t").insert(0, "x");
    await asking.until(() => asking.held === 3);
    // On a connection of its own: the edit may come later than what the host says of it.
    await expect.poll(() => frames.length).toBeGreaterThan(1);
    expect(frames.some(isHeld)).toBe(false);
    stock.close();
    asking.socket.close();
  });
});

describe("the sync hub against hostile frames", () => {
  it.each([
    ["nothing", Uint8Array.of()],
    ["a sync frame without a body", Uint8Array.of(0)],
    ["an unknown sync kind", Uint8Array.of(0, 9, 0)],
    ["a truncated update", Uint8Array.of(0, 2, 200, 1, 1)],
    ["a garbage update", updateFrame(Uint8Array.from({ length: 300 }, (_, n) => (n * 31) % 256))],
    ["an update whose counts lie", updateFrame(Uint8Array.of(1, 0xff, 0xff, 0xff, 0x7f, 1, 0))],
    ["a garbage state vector", Uint8Array.of(0, 0, 2, 250, 250)],
    ["garbage presence", Uint8Array.of(FRAME_AWARENESS, 3, 1, 1, 1)],
    ["presence that is no JSON", Uint8Array.of(FRAME_AWARENESS, 6, 1, 1, 1, 2, 0x7b, 0x7b)],
  ])("closes a connection that sends %s and nobody else's", async (_, frame) => {
    const room = RoomId.create();
    const ana = stockClient(host.webSocketBase, room);
    await synced(ana);
    const hostile = await raw(room);
    hostile.send(frame);
    const [code] = (await once(hostile, "close")) as [number];
    expect(code).toBe(4400);
    const ben = stockClient(host.webSocketBase, room);
    ana.doc.getText("t").insert(0, "still here");
    await untilText(ben.doc, (text) => text === "still here");
    expect(ana.provider.wsconnected).toBe(true);
    ana.close();
    ben.close();
  });

  it("stands as before after an update that breaks while it is applied", async () => {
    const room = RoomId.create();
    const ana = stockClient(host.webSocketBase, room);
    await synced(ana);
    ana.doc.getText("t").insert(0, "kept");
    const hostile = await raw(room);
    hostile.send(updateFrame(DAMAGING));
    const [code] = (await once(hostile, "close")) as [number];
    expect(code).toBe(4400);
    const ben = stockClient(host.webSocketBase, room);
    await untilText(ben.doc, (text) => text === "kept");
    ben.doc.getText("t").insert(4, " on");
    await untilText(ana.doc, (text) => text === "kept on");
    ana.close();
    ben.close();
  });

  it("ignores frames of a type it does not know, and text", async () => {
    const client = new HeldClient(host.webSocketBase, RoomId.create());
    await client.until(() => client.held === 2);
    client.socket.send(Uint8Array.of(77, 1, 2, 3));
    client.socket.send(Uint8Array.of(2, 0, 1, 0x41));
    client.doc.getText("t").insert(0, "x");
    await client.until(() => client.held === 3);
    client.socket.close();
  });

  it("cuts a frame above the limit off before it is all there", async () => {
    const socket = await raw(RoomId.create());
    socket.on("error", () => {});
    socket.send(Buffer.alloc(HUB_FRAME_LIMIT + 1));
    const [code] = (await once(socket, "close")) as [number];
    // 1009 if the host's goodbye was read before the broken pipe.
    expect([1006, 1009]).toContain(code);
    expect((await fetch(`${host.base}/host.json`)).status).toBe(200);
  });

  it("slows a flood down and serves others meanwhile", async () => {
    const room = RoomId.create();
    const flood = await raw(RoomId.create());
    const frame = Uint8Array.of(0, 0, 1, 0);
    for (let n = 0; n < 20_000; n++) flood.send(frame);
    const started = performance.now();
    const [ana, ben] = [stockClient(host.webSocketBase, room), stockClient(host.webSocketBase, room)];
    await Promise.all([synced(ana), synced(ben)]);
    ana.doc.getText("t").insert(0, "x");
    await untilText(ben.doc, (text) => text === "x");
    const elapsed = performance.now() - started;
    console.log(`two others under a flood of 20,000 frames: ${Math.round(elapsed)} ms`);
    expect(elapsed).toBeLessThan(1000 * SLACK);
    flood.terminate();
    ana.close();
    ben.close();
  });

  it("drops a client that does not read, and nobody else", async () => {
    const room = RoomId.create();
    const frozen = await raw(room);
    frozen.pause();
    const [ana, ben] = [stockClient(host.webSocketBase, room), stockClient(host.webSocketBase, room)];
    await Promise.all([synced(ana), synced(ben)]);
    const piece = "0123456789abcdef".repeat(16_384);
    for (let n = 1; n <= 100; n++) {
      ana.doc.getText("t").insert(0, piece);
      await untilText(ben.doc, (text) => text.length === n * piece.length);
    }
    await untilTrue("it is dropped", () => host.log().includes("a client does not read and is dropped"));
    frozen.terminate();
    ana.close();
    ben.close();
  });
});

describe("opening the hub's WebSocket", () => {
  const attempt = (path: string, headers: Record<string, string> = {}): Promise<number> =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(`${host.webSocketBase}${path}`, { headers });
      socket.on("unexpected-response", (_, response) => resolve(response.statusCode!));
      socket.on("open", () => {
        socket.terminate();
        resolve(101);
      });
      socket.on("error", reject);
    });
  const path = `${HUB_PATH}${RoomId.create()}`;

  it.each([
    ["a room id that is none", `${HUB_PATH}short`, {}, 400],
    ["a room id and more", `${path}/x`, {}, 400],
    ["no room", HUB_PATH, {}, 400],
    ["an unknown path", "/elsewhere", {}, 404],
    ["another site's origin", path, { origin: "http://evil.example" }, 403],
    ["an opaque origin", path, { origin: "null" }, 403],
    ["a rebound name", path, { host: "evil.example" }, 421],
  ])("is refused for %s", async (_, target, headers, status) => {
    expect(await attempt(target, headers)).toBe(status);
  });

  it("is allowed for our own page, the desktop app and programs without an origin", async () => {
    expect(await attempt(path, { origin: host.base })).toBe(101);
    expect(await attempt(path, { origin: "app://meshbook" })).toBe(101);
    expect(await attempt(path)).toBe(101);
  });
});

function waitForAwareness(client: ReturnType<typeof stockClient>, condition: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const { awareness } = client.provider;
    const check = (): void => {
      if (!condition()) return;
      awareness.off("change", check);
      resolve();
    };
    awareness.on("change", check);
    check();
  });
}
