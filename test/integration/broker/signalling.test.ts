import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import * as Y from "yjs";
import { SIGNALLING_MESSAGE_LIMIT, SIGNALLING_PATH } from "#shared/contracts/host/hubProtocol.ts";
import { startHost, type RunningHost } from "../../support/startHost.ts";
import { SLACK } from "../../support/slack.ts";

let host: RunningHost;
beforeAll(async () => {
  host = await startHost();
});
afterAll(async () => {
  await host.stop();
});

interface Peer {
  readonly socket: WebSocket;
  send(message: unknown): void;
  /** The next message that arrives. */
  next(): Promise<Record<string, unknown>>;
}

async function peer(...topics: string[]): Promise<Peer> {
  const socket = new WebSocket(`${host.webSocketBase}${SIGNALLING_PATH}`);
  const arrived: Record<string, unknown>[] = [];
  const waiting: ((message: Record<string, unknown>) => void)[] = [];
  socket.on("message", (data: Buffer) => {
    const message = JSON.parse(data.toString()) as Record<string, unknown>;
    const take = waiting.shift();
    if (take === undefined) arrived.push(message);
    else take(message);
  });
  await once(socket, "open");
  const self: Peer = {
    socket,
    send: (message) => socket.send(JSON.stringify(message)),
    next: () => {
      const message = arrived.shift();
      return message === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(message);
    },
  };
  if (topics.length > 0) self.send({ type: "subscribe", topics });
  self.send({ type: "ping" });
  expect(await self.next()).toEqual({ type: "pong" });
  return self;
}

describe("signalling", () => {
  it("introduces the members of a topic to one another as a stock server does", async () => {
    const [ana, ben] = [await peer("t1"), await peer("t1", "t2")];
    const announce = { type: "announce", from: "ana" };
    ana.send({ type: "publish", topic: "t1", data: announce });
    const expected = { type: "publish", topic: "t1", data: announce, clients: 2 };
    expect(await ben.next()).toEqual(expected);
    expect(await ana.next()).toEqual(expected);
    ben.send({ type: "publish", topic: "t1", data: { type: "announce", from: "ben" } });
    await Promise.all([ana.next(), ben.next()]);
    const signal = { type: "signal", from: "ana", to: "ben", token: 1, signal: { type: "offer", sdp: "…" } };
    ana.send({ type: "publish", topic: "t1", data: signal });
    expect(await ben.next()).toEqual({ type: "publish", topic: "t1", data: signal, clients: 2 });
    ana.send({ type: "ping" });
    expect(await ana.next()).toEqual({ type: "pong" });
    ana.send({ type: "publish", topic: "t1", data: "c2VhbGVk" });
    expect((await ben.next())["data"]).toBe("c2VhbGVk");
  });

  it("tells nothing to who left a topic or was never in it", async () => {
    const [ana, ben, outsider] = [await peer("t3"), await peer("t3"), await peer()];
    ben.send({ type: "unsubscribe", topics: ["t3"] });
    ben.send({ type: "ping" });
    await ben.next();
    ana.send({ type: "publish", topic: "t3", data: 1 });
    expect(await ana.next()).toMatchObject({ clients: 1 });
    for (const other of [ben, outsider]) {
      other.send({ type: "ping" });
      expect(await other.next()).toEqual({ type: "pong" });
    }
  });

  it.each(["", "not json", "{", "null", "[]", '{"type":"publish"}', '{"type":"subscribe","topics":{}}', '{"type":{}}'])(
    "lives on after %j, and so does its connection",
    async (text) => {
      const [ana, ben] = [await peer("t4"), await peer("t4")];
      ana.socket.send(text);
      ana.socket.send(Buffer.from([0xff, 0xfe, 0x00]));
      ana.send({ type: "publish", topic: "t4", data: 1 });
      expect((await ben.next())["data"]).toBe(1);
      ana.socket.close();
      ben.socket.close();
    },
  );

  it("closes a connection that sends a message above the limit, one byte below is taken", async () => {
    const [ana, ben] = [await peer("t5"), await peer("t5")];
    const frame = JSON.stringify({ type: "publish", topic: "t5", data: "" });
    const fitting = "x".repeat(SIGNALLING_MESSAGE_LIMIT - frame.length);
    ana.send({ type: "publish", topic: "t5", data: fitting });
    expect((await ben.next())["data"]).toBe(fitting);
    ana.socket.on("error", () => {});
    ana.send({ type: "publish", topic: "t5", data: `${fitting}x` });
    expect((await once(ana.socket, "close"))[0]).toBe(1009);
    const cai = await peer("t5");
    cai.send({ type: "publish", topic: "t5", data: "on" });
    expect((await ben.next())["data"]).toBe("on");
  });

  it("slows a flood down and serves others meanwhile", async () => {
    const flood = await peer("flood");
    flood.socket.pause();
    for (let n = 0; n < 20_000; n++) flood.send({ type: "publish", topic: "flood", data: "x".repeat(1000) });
    const started = performance.now();
    const [ana, ben] = [await peer("t6"), await peer("t6")];
    ana.send({ type: "publish", topic: "t6", data: 1 });
    await ben.next();
    const elapsed = performance.now() - started;
    console.log(`two others under a flood of 20,000 messages: ${Math.round(elapsed)} ms`);
    expect(elapsed).toBeLessThan(1000 * SLACK);
    flood.socket.terminate();
  });

  it("speaks with the stock y-webrtc client: it subscribes, announces and keeps its line", async () => {
    // y-webrtc's signalling uses the browser's global; the rest of WebRTC is tested in a browser.
    Object.assign(globalThis, { WebSocket });
    const { WebrtcProvider } = await import("y-webrtc");
    const observer = await peer("stock-room");
    const url = `${host.webSocketBase}${SIGNALLING_PATH}`;
    const provider = new WebrtcProvider("stock-room", new Y.Doc(), { signaling: [url] });
    const announced = await observer.next();
    expect(announced).toMatchObject({ type: "publish", topic: "stock-room", data: { type: "announce" }, clients: 2 });
    provider.disconnect();
    provider.destroy();
  });
});
