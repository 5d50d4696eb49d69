import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import * as Y from "yjs";
import { LINK_PEOPLE_LIMIT } from "#shared/presence/LinkPeople.ts";
import { deriveSignallingKey, openSignal, sealSignal } from "#shared/adapters/webrtc/signalling/signallingSeal.ts";
import { PeerBrowser, type Peer } from "./PeerBrowser.ts";

const PASSWORD = "a password of the room";
let browser: PeerBrowser;
let rooms = 0;
/** A stock client sends nothing twice: if its first link is lost on a busy machine it stays alone. So a fresh one may try. */
const WITH_STOCK = { retry: 2 };
const newRoom = (): string => `room-${++rooms}`;

beforeAll(async () => {
  browser = await PeerBrowser.start();
});
afterEach(async () => {
  await browser.closePeers();
});
afterAll(async () => {
  await browser.close();
});

/** Both see what the other typed. */
async function expectTalking(one: Peer, other: Peer): Promise<void> {
  await one.call("insert", 0, "from one ");
  await other.until("text", (text) => text.includes("from one "), []);
  await other.call("insert", 0, "from other ");
  await one.until("text", (text) => text.includes("from other "), []);
}

describe("peers on pages of every kind", () => {
  it("link a secure page and a page on plain http in the local network", async ({ skip }) => {
    const { lan } = browser.server;
    if (lan === undefined) skip("this machine has no address but 127.0.0.1");
    const room = newRoom();
    const [secure, plain] = [await browser.peer(), await browser.peer(lan)];
    expect(await plain.page.evaluate(() => [isSecureContext, typeof crypto.subtle])).toEqual([false, "undefined"]);
    expect(await secure.page.evaluate(() => isSecureContext)).toBe(true);
    await secure.call("open", room, PASSWORD);
    await plain.call("open", room, PASSWORD);
    await expectTalking(secure, plain);
    expect(await browser.problems()).toEqual([]);
  });

  it("exchange edits and presence with a stock y-webrtc", WITH_STOCK, async () => {
    const room = newRoom();
    const [ours, stock] = [await browser.peer(), await browser.peer()];
    await ours.call("show", "user", { name: "Ours" });
    await stock.call("show", "user", { name: "Stock" });
    await ours.call("open", room, PASSWORD);
    await stock.call("openStock", room, PASSWORD);
    await expectTalking(ours, stock);
    expect(await ours.until("shown", (shown) => shown.length > 0, ["user"])).toEqual([{ name: "Stock" }]);
    expect(await stock.until("shown", (shown) => shown.length > 0, ["user"])).toEqual([{ name: "Ours" }]);
    expect(await browser.problems()).toEqual([]);
  });

  it(
    "warn of a stock peer that cannot take a value which is large and cannot be cut, and go on",
    WITH_STOCK,
    async () => {
      const room = newRoom();
      const [ours, stock] = [await browser.peer(), await browser.peer()];
      await ours.call("setValue", 300_000);
      await ours.call("open", room, PASSWORD);
      await stock.call("openStock", room, PASSWORD);
      const status = await ours.until("status", (now) => now?.state === "connected" && now.warning !== undefined, []);
      expect(status).toMatchObject({ state: "connected", peers: 1, warning: { code: "stock-peer" } });
      await stock.call("insert", 0, "small");
      await ours.until("length", (length) => length === 5, []);
    },
  );

  it("do not meet with different passwords", async () => {
    const room = newRoom();
    const [one, other] = [await browser.peer(), await browser.peer()];
    await one.call("open", room, PASSWORD);
    await other.call("open", room, "another password");
    await one.until("status", (status) => status?.state === "connected", []);
    await other.until("status", (status) => status?.state === "connected", []);
    await one.page.waitForTimeout(1_000); // Time in which they would have met: linking takes a third of it.
    expect(await one.call("links")).toEqual([]);
    expect(await browser.problems()).toEqual([]);
  });
});

describe("two peers that offer at the same time", () => {
  it("link as well as any", async () => {
    for (let time = 0; time < 8; time++) {
      const room = newRoom();
      const stop = await makeOffersCross(room);
      const [one, other] = await Promise.all([browser.peer(), browser.peer()]);
      await Promise.all([one.call("open", room, PASSWORD), other.call("open", room, PASSWORD)]);
      await expectTalking(one, other);
      // Neither link had to be given up and tried again.
      expect([await one.call("excuses"), await other.call("excuses")]).toEqual([[], []]);
      expect(await browser.problems()).toEqual([]);
      stop();
      await browser.closePeers();
    }
  });
});

describe("what others send", () => {
  it("gives signalling servers nothing to read", async () => {
    const room = newRoom();
    browser.server.seen.length = 0;
    const [one, other] = [await browser.peer(), await browser.peer()];
    await one.call("open", room, PASSWORD);
    await other.call("open", room, PASSWORD);
    await expectTalking(one, other);
    const seen = browser.server.seen.map((text) => JSON.parse(text) as { type: string; data?: unknown });
    expect(seen.filter(({ type }) => type === "publish").length).toBeGreaterThanOrEqual(4);
    for (const { type, data } of seen) if (type === "publish") expect(data).toEqual(expect.any(String));
    expect(browser.server.seen.join("")).not.toContain("candidate");
  });

  it("survives a server that speaks no JSON, and signals that make no sense", async () => {
    const room = newRoom();
    const [one, other] = [await browser.peer(), await browser.peer()];
    await one.call("open", room, PASSWORD);
    await one.until("status", (status) => status?.state === "connected", []);
    await signalGarbage(room);
    browser.server.sendRaw("{ not json");
    browser.server.sendRaw("null");
    await other.call("open", room, PASSWORD);
    await expectTalking(one, other);
    expect(await browser.problems()).toEqual([]);
  });

  it("survives a peer that sends bytes that are no messages", WITH_STOCK, async () => {
    const room = newRoom();
    const [ours, hostile] = [await browser.peer(), await browser.peer()];
    await ours.call("open", room, PASSWORD);
    await hostile.call("openStock", room, PASSWORD);
    await expectTalking(ours, hostile);
    await hostile.call("sendRaw", [[0], [0, 2, 200], [0, 2, 3, 1, 2, 3], [1, 9, 1], [4, 1, 1, 65], [127], [99]]);
    await expectTalking(ours, hostile);
    // A piece out of order: the link is given up, and made anew.
    await hostile.call("sendRaw", [[127, 1, 1, 5, 9, 1, 2, 3]]);
    await ours.call("insert", 0, "still here ");
    await hostile.until("text", (text) => text.includes("still here"), []);
    expect(await ours.call("problems")).toEqual([]);
  });

  it("cannot speak for us in presence", WITH_STOCK, async () => {
    const room = newRoom();
    const [ours, hostile] = [await browser.peer(), await browser.peer()];
    await ours.call("show", "user", { name: "True" });
    await ours.call("open", room, PASSWORD);
    await hostile.call("openStock", room, PASSWORD);
    await expectTalking(ours, hostile);
    await hostile.call("sendRaw", [forgedPresence(await ours.call("clientId"))]);
    await hostile.call("show", "user", { name: "after" });
    await ours.until("shown", (shown) => JSON.stringify(shown).includes("after"), ["user"]);
    expect(await ours.call("ownName")).toBe("True");
  });
});

describe("a hostile peer", () => {
  it(
    "that repeats itself, promises giants and invents three thousand people neither doubles nor drowns anything",
    WITH_STOCK,
    async () => {
      const room = newRoom();
      const [ours, friend, hostile] = [await browser.peer(), await browser.peer(), await browser.peer()];
      for (const one of [ours, friend]) await one.call("open", room, PASSWORD);
      await friend.call("show", "user", { name: "Friend" });
      await hostile.call("openStock", room, PASSWORD);
      await expectTalking(ours, hostile);
      await expectTalking(ours, friend);
      const word = updateMessage("again ");
      await hostile.call(
        "sendRaw",
        Array.from({ length: 50 }, () => word),
      );
      await ours.until("text", (text) => text.includes("again "), []);
      for (let first = 1; first < 3_000; first += 500) await hostile.call("sendRaw", [crowdedPresence(first, 500)]);
      // The first piece of a message that would fill the memory: the link is given up.
      await hostile.call("sendRaw", [[127, 1, 1, 0, ...varint(1_000_000), 1, 2, 3]]);
      await ours.call("insert", 0, "still here ");
      await friend.until("text", (text) => text.includes("still here"), []);
      await friend.call("show", "user", { name: "Still a friend" });
      await ours.until("shown", (shown) => JSON.stringify(shown).includes("Still a friend"), ["user"]);
      expect((await ours.call("shown", "user")).length).toBeLessThanOrEqual(LINK_PEOPLE_LIMIT + 1);
      expect((await ours.call("text")).split("again ")).toHaveLength(2);
      expect([...(await ours.call("problems")), ...(await friend.call("problems"))]).toEqual([]);
    },
  );
});

describe("leaving and coming back", () => {
  it("closes the signalling socket and the links, keeps our presence, and can join again", async () => {
    const room = newRoom();
    const [one, other] = [await browser.peer(), await browser.peer()];
    await one.call("show", "user", { name: "One" });
    await one.call("open", room, PASSWORD);
    await other.call("open", room, PASSWORD);
    await expectTalking(one, other);
    await one.call("close");
    await other.until("links", (links) => links.length === 0, []);
    await expect.poll(() => browser.server.sockets).toBe(1);
    expect(await one.call("ownName")).toBe("One");
    await one.call("open", room, PASSWORD);
    await expectTalking(one, other);
    expect(await browser.problems()).toEqual([]);
  });

  it("leaves no zombie link while another room of the same page goes on", async () => {
    const [first, second] = [newRoom(), newRoom()];
    const [one, other] = [await browser.peer(), await browser.peer()];
    await one.call("open", first, PASSWORD);
    await one.call("openSecond", second, PASSWORD);
    await other.call("open", first, PASSWORD);
    await expectTalking(one, other);
    await one.call("close");
    await other.until("links", (links) => links.length === 0, []);
    await other.call("resync"); // Looks for peers again.
    await other.page.waitForTimeout(1_500); // Time in which a zombie would have answered.
    expect(await other.call("links")).toEqual([]);
    await one.call("closeSecond");
    expect(await browser.problems()).toEqual([]);
  });
});

/** Announces each of two peers to the other as soon as both are there, so that both make an offer. */
async function makeOffersCross(room: string): Promise<() => void> {
  const key = await deriveSignallingKey(PASSWORD, room);
  const socket = new WebSocket(`${browser.server.local.replace("http", "ws")}/signal`);
  await new Promise<void>((resolve) => socket.once("open", () => resolve()));
  socket.send(JSON.stringify({ type: "subscribe", topics: [room] }));
  const peers = new Set<string>();
  socket.on("message", (text: Buffer) => {
    const message = JSON.parse(text.toString()) as { data?: string };
    const signal = openSignal(key, message.data ?? "") as { type?: string; from?: string } | undefined;
    if (signal?.type !== "announce" || signal.from === undefined || peers.has(signal.from)) return;
    for (const from of peers) {
      const data = sealSignal(key, { type: "announce", from });
      socket.send(JSON.stringify({ type: "publish", topic: room, data }));
    }
    peers.add(signal.from);
  });
  return () => socket.close();
}

/** Sends, as a member who has the password, signals that a stock y-webrtc throws on. */
async function signalGarbage(room: string): Promise<void> {
  const key = await deriveSignallingKey(PASSWORD, room);
  const socket = new WebSocket(`${browser.server.local.replace("http", "ws")}/signal`);
  await new Promise<void>((resolve) => socket.once("open", () => resolve()));
  socket.send(JSON.stringify({ type: "subscribe", topics: [room] }));
  const announced = new Promise<string>((resolve) => {
    socket.on("message", (text: Buffer) => resolve(text.toString()));
  });
  const publish = (data: unknown): void => {
    socket.send(JSON.stringify({ type: "publish", topic: room, data: sealSignal(key, data) }));
  };
  const from = "nobody";
  for (const to of ["nobody", "somebody"]) {
    publish({ type: "signal", from, to, token: 1, signal: { type: "answer", sdp: "v=0" } });
    publish({ type: "signal", from, to, token: "x", signal: { type: "offer", sdp: "v=0" } });
    publish({ type: "signal", from, to, signal: {} });
    publish({ type: "signal", from, to });
  }
  publish({ type: "signal", from, to: 7, signal: null });
  publish(undefined);
  publish("text");
  socket.send(JSON.stringify({ type: "publish", topic: room, data: "AAAA" }));
  socket.send(JSON.stringify({ type: "publish", topic: room, data: { type: "signal", from, signal: 1 } }));
  await announced;
  socket.close();
}

/** An awareness message that claims a new state for `client`. */
/** One insertion by somebody else, as y-webrtc sends it. */
function updateMessage(text: string): readonly number[] {
  const doc = new Y.Doc();
  doc.getText("t").insert(0, text);
  const update = [...Y.encodeStateAsUpdate(doc)];
  return [0, 2, ...varint(update.length), ...update];
}

/** Presence of `count` people whom nobody has seen. */
function crowdedPresence(first: number, count: number): readonly number[] {
  const state = [...new TextEncoder().encode(JSON.stringify({ user: { name: "Nobody" } }))];
  const people = Array.from({ length: count }, (_, index) => [...varint(first + index), 1, state.length, ...state]);
  const body = [...varint(count), ...people.flat()];
  return [1, ...varint(body.length), ...body];
}

function forgedPresence(client: number): readonly number[] {
  const state = [...new TextEncoder().encode(JSON.stringify({ user: { name: "Forged" } }))];
  const body = [1, ...varint(client), ...varint(1_000_000), state.length, ...state];
  return [1, body.length, ...body];
}

function varint(value: number): readonly number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return [...bytes, rest];
}
