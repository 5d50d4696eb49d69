import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { seconds } from "#shared/base/units.ts";
import { keepAlive, PING_INTERVAL } from "../../../../broker/limits/keepAlive.ts";
import { readThrottled } from "../../../../broker/limits/readThrottled.ts";
import { FakeClock } from "../../../support/FakeClock.ts";
import { untilTrue } from "../../../support/until.ts";

let server: WebSocketServer;
beforeEach(async () => {
  server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
  await once(server, "listening");
});
afterEach(() => {
  for (const socket of server.clients) socket.terminate();
  server.close();
});

/** Both ends of one WebSocket. */
async function pair(options: { readonly autoPong?: boolean } = {}): Promise<{ near: WebSocket; far: WebSocket }> {
  const far = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`, options);
  const [near] = (await once(server, "connection")) as [WebSocket];
  if (far.readyState !== WebSocket.OPEN) await once(far, "open");
  return { near, far };
}

describe("keepAlive", () => {
  it("keeps a socket whose other side answers", async () => {
    const clock = new FakeClock();
    const { near } = await pair();
    keepAlive(near, clock);
    for (let n = 0; n < 5; n++) {
      const pong = once(near, "pong");
      clock.advance(PING_INTERVAL);
      await pong;
    }
    expect(near.readyState).toBe(WebSocket.OPEN);
  });

  it("ends a socket whose other side is gone, after two intervals", async () => {
    const clock = new FakeClock();
    const { near, far } = await pair({ autoPong: false });
    keepAlive(near, clock);
    const pinged = once(far, "ping");
    clock.advance(PING_INTERVAL);
    await pinged;
    expect(near.readyState).toBe(WebSocket.OPEN);
    const closed = once(near, "close");
    clock.advance(PING_INTERVAL);
    await closed;
  });

  it("leaves no timer behind", async () => {
    const clock = new FakeClock();
    const { near } = await pair();
    keepAlive(near, clock)();
    expect([clock.waiting, near.listenerCount("pong")]).toEqual([0, 0]);
  });
});

describe("readThrottled", () => {
  it("reads a flood at its rate and loses nothing", async () => {
    const clock = new FakeClock();
    const { near, far } = await pair();
    const read: number[] = [];
    const limits = { messages: { burst: 10, perSecond: 10 }, bytes: { burst: 1e9, perSecond: 1e9 } };
    readThrottled(near, clock, limits, (data) => {
      read.push(data.readUInt32BE());
      return 0;
    });
    for (let n = 0; n < 500; n++) {
      const message = Buffer.alloc(60_000);
      message.writeUInt32BE(n);
      far.send(message);
    }
    await untilTrue("the socket is paused", () => near.isPaused);
    expect(read.length).toBeLessThan(100);
    while (read.length < 500) {
      clock.advance(seconds(60));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(read).toEqual(Array.from({ length: 500 }, (_, n) => n));
  });

  it("counts what a message costs beside its own bytes", async () => {
    const clock = new FakeClock();
    const { near, far } = await pair();
    const limits = { messages: { burst: 1e9, perSecond: 1e9 }, bytes: { burst: 1000, perSecond: 100 } };
    readThrottled(near, clock, limits, (data) => data.length * 30);
    far.send(Buffer.alloc(30));
    await once(near, "message");
    expect(near.isPaused).toBe(false);
    far.send(Buffer.alloc(30));
    await once(near, "message");
    expect(near.isPaused).toBe(true);
    clock.advance(seconds(10));
    expect(near.isPaused).toBe(false);
  });
});
