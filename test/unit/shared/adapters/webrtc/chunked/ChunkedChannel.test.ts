import { describe, expect, it } from "vitest";
import { ChunkedChannel, type ChunkedChannelOptions } from "#shared/adapters/webrtc/chunked/ChunkedChannel.ts";
import { helloFrame, PIECE_BYTES } from "#shared/adapters/webrtc/chunked/chunks.ts";
import type { DataChannel } from "#shared/adapters/webrtc/chunked/rtc.ts";
import { ms } from "#shared/base/units.ts";
import { FakeClock } from "../../../../../support/FakeClock.ts";

/** A browser's channel whose network is under control of the test. */
class FakeDataChannel implements DataChannel {
  binaryType = "";
  readonly label = "label";
  readyState = "open";
  bufferedAmount = 0;
  bufferedAmountLowThreshold = 0;
  onopen: DataChannel["onopen"] = null;
  onclose: DataChannel["onclose"] = null;
  onerror: DataChannel["onerror"] = null;
  onbufferedamountlow: DataChannel["onbufferedamountlow"] = null;
  onmessage: DataChannel["onmessage"] = null;
  readonly sent: Uint8Array[] = [];

  send(data: Uint8Array<ArrayBuffer>): void {
    this.sent.push(data);
    this.bufferedAmount += data.length;
  }

  close(): void {
    this.readyState = "closed";
  }

  /** What was sent has left. */
  drain(): void {
    this.bufferedAmount = 0;
    this.onbufferedamountlow?.({});
  }

  receive(data: Uint8Array<ArrayBuffer>): void {
    this.onmessage?.({ data: data.buffer });
  }
}

function opened(options: Partial<ChunkedChannelOptions> = {}) {
  const clock = new FakeClock();
  const native = new FakeDataChannel();
  const log = { undeliverable: [] as number[], dropped: [] as string[], received: [] as Uint8Array[] };
  const channel = new ChunkedChannel(native, {
    clock,
    clean: (message) => message,
    urgent: (message) => message[0] === 1,
    undeliverable: (size) => log.undeliverable.push(size),
    dropped: (why) => log.dropped.push(why),
    closed: () => {},
    ...options,
  });
  channel.onmessage = ({ data }) => log.received.push(new Uint8Array(data as ArrayBuffer));
  native.onopen?.({});
  return { clock, native, channel, log };
}

const message = (size: number, type = 0): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(size).fill(7);
  bytes[0] = type;
  return bytes;
};

describe("ChunkedChannel", () => {
  it("says hello first, and sends small messages as they are", () => {
    const { native, channel } = opened();
    channel.send(message(100));
    expect(native.sent).toEqual([helloFrame(), message(100)]);
  });

  it("sends a large message to a peer that said hello in pieces, which that peer puts together", () => {
    const [one, other] = [opened(), opened()];
    one.native.receive(helloFrame());
    one.channel.send(message(100_000));
    for (const frame of one.native.sent) other.native.receive(frame as Uint8Array<ArrayBuffer>);
    expect(other.log.received).toEqual([message(100_000)]);
  });

  it("does not fill the browser's buffer: goes on when it has drained", () => {
    const { native, channel } = opened();
    native.receive(helloFrame());
    channel.send(message(5_000_000));
    expect(native.bufferedAmount).toBeLessThan(1_200_000);
    expect(channel.bufferedAmount).toBeGreaterThanOrEqual(5_000_000);
    for (let turn = 0; turn < 10; turn++) native.drain();
    expect(channel.bufferedAmount).toBe(0);
    expect(native.sent.length).toBe(1 + Math.ceil(5_000_000 / PIECE_BYTES));
  });

  it("lets presence overtake a document that takes its time, and nothing else", () => {
    const { native, channel } = opened();
    native.receive(helloFrame());
    channel.send(message(5_000_000));
    const before = native.sent.length;
    channel.send(message(50, 0));
    channel.send(message(60, 1));
    native.drain();
    expect(native.sent[before]).toEqual(message(60, 1));
    for (let turn = 0; turn < 10; turn++) native.drain();
    expect(native.sent.at(-1)).toEqual(message(50, 0));
  });

  it("keeps a large message back until it is known whether the peer puts pieces together", () => {
    const { native, channel } = opened();
    channel.send(message(PIECE_BYTES + 1));
    channel.send(message(10));
    expect(native.sent).toEqual([helloFrame()]);
    native.receive(helloFrame());
    expect(native.sent.length).toBe(4);
  });

  it("gives a stock peer what it can take in one message, and reports what it cannot", () => {
    const { clock, native, channel, log } = opened();
    channel.send(message(100_000));
    channel.send(message(300_000));
    channel.send(message(10));
    clock.advance(ms(3_000));
    expect(native.sent.map((frame) => frame.length)).toEqual([3, 100_000, 10]);
    expect(log.undeliverable).toEqual([300_000]);
    expect(channel.bufferedAmount - native.bufferedAmount).toBe(0);
  });

  it("ignores the empty message with which a stock peer answers a hello", () => {
    const { native, log } = opened();
    native.receive(new Uint8Array());
    expect(log.received).toEqual([]);
  });

  it("drops a peer that breaks the rules of pieces", () => {
    const { native, log } = opened();
    native.receive(new Uint8Array([0x7f, 1, 1, 5, 9, 1, 2, 3]));
    expect(log.dropped).toEqual(["a piece is out of order"]);
    expect(native.readyState).toBe("closed");
  });

  it("drops a peer that does not read what it is sent", () => {
    const { native, channel, log } = opened();
    native.receive(helloFrame());
    native.bufferedAmount = 2_000_000;
    for (let sent = 0; sent < 5; sent++) if (native.readyState === "open") channel.send(message(30_000_000));
    expect(log.dropped).toEqual(["it does not read what it is sent"]);
  });

  it("throws when it is not open, as the browser's does, and leaves no timer when it closes", () => {
    const { clock, native, channel } = opened();
    channel.close();
    native.onclose?.({});
    expect(() => channel.send(message(10))).toThrow("not open");
    expect(clock.waiting).toBe(0);
  });
});
