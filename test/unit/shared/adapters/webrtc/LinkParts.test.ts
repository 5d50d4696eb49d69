import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { seconds } from "#shared/base/units.ts";
import { PART_MAX } from "#shared/adapters/parts/partLimits.ts";
import { LinkParts, PUSH_LIMIT, STOCK_PART } from "#shared/adapters/webrtc/LinkParts.ts";
import { answerMessage, askMessage, readDocumentMessage, updateMessage } from "#shared/adapters/webrtc/peerMessage.ts";
import type { YWebrtcLink } from "#shared/adapters/webrtc/yWebrtc.ts";
import { FakeClock } from "../../../../support/FakeClock.ts";

type Bytes = Uint8Array;

/** These peers show nothing of themselves. */
const nobody = { getStates: () => new Map<number, never>() };

/** A peer of ours, without y-webrtc around it: it passes on every update to every link, as y-webrtc does. */
class Peer {
  readonly doc = new Y.Doc();
  readonly clock: FakeClock;
  readonly parts: LinkParts;
  readonly links: YWebrtcLink[] = [];
  readonly silent: YWebrtcLink[] = [];

  constructor(clock: FakeClock) {
    this.clock = clock;
    const silent = (link: YWebrtcLink): void => void this.silent.push(link);
    this.parts = new LinkParts({ doc: this.doc, awareness: nobody, clock, changed: () => {}, silent });
    this.doc.on("update", (update: Bytes) => {
      for (const link of this.links) link.peer.send(updateMessage(update));
    });
  }

  /** What this peer sends over the link goes to `deliver`. */
  link(name: string, deliver: (message: Bytes) => void): YWebrtcLink {
    const link = {
      remotePeerId: name,
      connected: true,
      glareToken: undefined,
      peer: { initiator: true, bufferSize: 0, send: deliver, on: () => {}, listeners: () => [] },
      destroy: () => {},
    } as unknown as YWebrtcLink;
    this.parts.adopt(link);
    this.links.push(link);
    // As y-webrtc does when a link works.
    link.peer.send(askMessage(Y.encodeStateVector(this.doc)));
    return link;
  }

  receive(link: YWebrtcLink, message: Bytes): void {
    if (this.parts.received(link, message)) return;
    const update = message.subarray(2);
    if (message[0] === 0) Y.applyUpdate(this.doc, readVarBytes(update));
  }

  write(size: number): void {
    this.doc.transact(() => {
      for (let at = 0; at < size; at += 4_000) {
        this.doc.getMap("cells").set(`${this.doc.clientID}-${at}`, new Y.Text("x".repeat(Math.min(4_000, size - at))));
      }
    });
  }

  get size(): number {
    return this.doc.getMap<Y.Text>("cells").size;
  }
}

function readVarBytes(bytes: Bytes): Bytes {
  let [at, length, factor] = [0, 0, 1];
  for (; bytes[at]! >= 128; at++, factor *= 128) length += (bytes[at]! & 127) * factor;
  length += bytes[at]! * factor;
  return bytes.subarray(at + 1, at + 1 + length);
}

/** A line between two peers: messages wait until `run`. Counts them by kind. */
class Line {
  readonly #queue: (() => void)[] = [];
  readonly sent: { readonly to: Peer; readonly type: string; readonly size: number }[] = [];
  cut = false;

  constructor(one: Peer, other: Peer) {
    let ends: readonly YWebrtcLink[] = [];
    const deliver = (to: Peer, index: number) => (message: Bytes) => {
      this.sent.push({ to, type: readDocumentMessage(message)?.type ?? "other", size: message.length });
      this.#queue.push(() => {
        if (!this.cut) to.receive(ends[index]!, message);
      });
    };
    const first = one.link("other", deliver(other, 1));
    ends = [first, other.link("one", deliver(one, 0))];
  }

  /** Delivers what waits, at most so many messages. True if any did. */
  run(limit = Infinity): boolean {
    let count = 0;
    for (; count < limit; count++) {
      const next = this.#queue.shift();
      if (next === undefined) break;
      next();
    }
    return count > 0;
  }

  count(to: Peer, type: string): number {
    return this.sent.filter((message) => message.to === to && message.type === type).length;
  }
}

function settle(clock: FakeClock, ...lines: readonly Line[]): void {
  for (let quiet = 0; quiet < 5;) {
    const moved = lines.map((line) => line.run()).some((one) => one);
    clock.advance(seconds(1));
    quiet = moved ? 0 : quiet + 1;
  }
}

const SIZE = 2_000_000;

describe("LinkParts", () => {
  it("brings a large document in parts, tells how far it is, and sends nothing of it back", () => {
    const clock = new FakeClock();
    const [early, late] = [new Peer(clock), new Peer(clock)];
    early.write(SIZE);
    const line = new Line(early, late);
    let seen = 0;
    for (let turn = 0; turn < 400 && late.size < early.size; turn++) {
      line.run(1);
      const { receiving } = late.parts;
      if (receiving !== undefined) expect(receiving.received).toBeGreaterThanOrEqual(seen);
      seen = receiving?.received ?? seen;
      clock.advance(seconds(0.01));
    }
    settle(clock, line);
    expect(seen).toBeGreaterThan(SIZE - 2 * PART_MAX);
    expect(late.parts.receiving).toBeUndefined();
    expect(late.size).toBe(early.size);
    expect(line.count(late, "part")).toBeGreaterThan(4);
    expect(Math.max(...line.sent.filter(({ to }) => to === early).map(({ size }) => size))).toBeLessThan(1_000);
  });

  it("passes a change on, but not to whom it came from", () => {
    const clock = new FakeClock();
    const [writer, middle, reader] = [new Peer(clock), new Peer(clock), new Peer(clock)];
    const lines = [new Line(writer, middle), new Line(middle, reader)] as const;
    settle(clock, ...lines);
    writer.write(4);
    settle(clock, ...lines);
    expect(reader.size).toBe(1);
    expect([lines[0].count(middle, "update"), lines[0].count(writer, "update")]).toEqual([1, 0]);
    expect(lines[1].count(reader, "update")).toBe(1);
  });

  it("asks one link at a time, and the next one when the first does not answer", () => {
    const clock = new FakeClock();
    const [dumb, early, late] = [new Peer(clock), new Peer(clock), new Peer(clock)];
    for (const peer of [dumb, early]) peer.write(100_000);
    const broken = new Line(dumb, late);
    broken.cut = true;
    const line = new Line(early, late);
    broken.run();
    line.run();
    expect([broken.count(dumb, "ask"), line.count(early, "ask")]).toEqual([1, 0]);
    clock.advance(seconds(2));
    line.run();
    expect(broken.count(dumb, "ask")).toBe(1);
    settle(clock, line);
    expect(late.size).toBe(early.size);
  });

  it("asks again whose answer was lost, more and more rarely", () => {
    const clock = new FakeClock();
    const [early, late] = [new Peer(clock), new Peer(clock)];
    early.write(SIZE);
    const line = new Line(early, late);
    line.cut = true;
    for (let second = 0; second < 600; second++) {
      line.run();
      clock.advance(seconds(1));
    }
    expect(line.count(early, "ask")).toBeGreaterThan(5);
    expect(line.count(early, "ask")).toBeLessThan(20);
    expect(late.silent).toEqual(late.links);
    line.cut = false;
    for (let second = 0; second < 120; second++) settle(clock, line);
    expect(late.size).toBe(early.size);
  });

  it("goes on when parts are lost in the middle", () => {
    const clock = new FakeClock();
    const [early, late] = [new Peer(clock), new Peer(clock)];
    early.write(SIZE);
    const line = new Line(early, late);
    line.run(6);
    line.cut = true;
    line.run();
    line.cut = false;
    expect(late.size).toBeLessThan(early.size);
    settle(clock, line);
    expect(late.size).toBe(early.size);
  });

  it("goes on over another link from where the first was lost", () => {
    const clock = new FakeClock();
    const [early, late] = [new Peer(clock), new Peer(clock)];
    early.write(SIZE);
    const first = new Line(early, late);
    for (let turn = 0; turn < 200 && late.size < early.size / 2; turn++) {
      first.run(1);
      clock.advance(seconds(0.01));
    }
    expect(late.size).toBeLessThan(early.size);
    first.cut = true;
    for (const peer of [early, late]) peer.parts.lost(peer.links.pop()!);
    const had = late.size;
    const second = new Line(early, late);
    settle(clock, second);
    expect(late.size).toBe(early.size);
    const again = second.sent.filter(({ to }) => to === late).reduce((sum, { size }) => sum + size, 0);
    expect(again).toBeLessThan((1 - had / early.size) * SIZE * 1.1 + 50_000);
  });

  it("pushes what people type, and only tells of what is large, which is then asked for", () => {
    const clock = new FakeClock();
    const [one, other] = [new Peer(clock), new Peer(clock)];
    const line = new Line(one, other);
    settle(clock, line);
    one.doc.getText("t").insert(0, "typed");
    line.run();
    expect(other.doc.getText("t").toJSON()).toBe("typed");
    one.write(PUSH_LIMIT * 3);
    line.run();
    expect(other.size).toBe(0);
    settle(clock, line);
    expect(other.size).toBe(one.size);
    expect(line.count(other, "news")).toBeGreaterThan(0);
  });

  it("passes on what came in parts to whoever lacks it", () => {
    const clock = new FakeClock();
    const [first, middle, last] = [new Peer(clock), new Peer(clock), new Peer(clock)];
    const onward = new Line(middle, last);
    settle(clock, onward);
    first.write(SIZE);
    settle(clock, new Line(first, middle), onward);
    expect(last.size).toBe(first.size);
    expect(onward.count(last, "update")).toBe(0);
  });

  it("gives a stock peer everything in messages that it takes, then what is typed", () => {
    const clock = new FakeClock();
    const ours = new Peer(clock);
    ours.write(SIZE);
    const stock = new Y.Doc();
    const sizes: number[] = [];
    const link = ours.link("stock", (message) => {
      sizes.push(message.length);
      if (message[0] === 0 && message[1] !== 0) Y.applyUpdate(stock, readVarBytes(message.subarray(2)));
    });
    ours.receive(link, askMessage(Y.encodeStateVector(stock)));
    for (let turn = 0; turn < 400; turn++) {
      clock.advance(seconds(0.01));
      if (turn === 3) ours.doc.getText("t").insert(0, "typed meanwhile, ");
    }
    ours.doc.getText("t").insert(0, "typed after, ");
    expect(stock.getMap("cells").size).toBe(ours.size);
    expect(stock.getText("t").toJSON()).toBe("typed after, typed meanwhile, ");
    expect(Math.max(...sizes)).toBeLessThan(STOCK_PART * 1.2);
  });

  it("leaves the links alone while much comes by another way", () => {
    const clock = new FakeClock();
    const [early, late] = [new Peer(clock), new Peer(clock)];
    early.write(SIZE);
    const line = new Line(early, late);
    const hub = new Y.Doc();
    for (let part = 0; part < 6; part++) {
      const before = Y.encodeStateVector(hub);
      hub.getText("t").insert(0, "y".repeat(PUSH_LIMIT * 2));
      Y.applyUpdate(late.doc, Y.encodeStateAsUpdate(hub, before));
      line.run();
      clock.advance(seconds(0.5));
    }
    // The answer to what was asked before it came.
    expect(line.count(early, "ask")).toBe(1);
    settle(clock, line);
    expect(late.size).toBe(early.size);
  });

  it("takes no message that is cut short for one", () => {
    const clock = new FakeClock();
    const peer = new Peer(clock);
    const link = peer.link("mallory", () => {});
    expect(() => peer.receive(link, new Uint8Array([0, 0, 200]))).toThrow();
    expect(() => peer.receive(link, answerMessage(new Uint8Array([9, 9, 9])))).toThrow();
    expect(peer.parts.received(link, new Uint8Array([1, 0]))).toBe(false);
  });
});
