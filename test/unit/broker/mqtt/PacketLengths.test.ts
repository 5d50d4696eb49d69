import { describe, expect, it } from "vitest";
import { PacketLengths } from "../../../../broker/mqtt/PacketLengths.ts";

/** A QoS 0 PUBLISH to the topic `t` with a payload of so many bytes of 0xff. */
function publish(bytes: number): Buffer {
  const length: number[] = [];
  for (let rest = bytes + 3; rest > 0 || length.length === 0; rest = Math.floor(rest / 128)) {
    length.push((rest % 128) + (rest >= 128 ? 128 : 0));
  }
  return Buffer.concat([Buffer.from([0x30, ...length, 0, 1]), Buffer.from("t"), Buffer.alloc(bytes, 0xff)]);
}

describe("PacketLengths", () => {
  const stream = Buffer.concat([publish(0), publish(100), publish(127), publish(128), publish(16_384), publish(900)]);

  it.each([1, 2, 3, 7, 100, 100_000])("reads a stream cut into pieces of %d bytes", (size) => {
    const lengths = new PacketLengths(20_000);
    for (let at = 0; at < stream.length; at += size) expect(lengths.accept(stream.subarray(at, at + size))).toBe(true);
    expect(lengths.accept(publish(20_001))).toBe(false);
  });

  it("refuses as soon as the length is announced", () => {
    expect(new PacketLengths(1000).accept(publish(5000).subarray(0, 3))).toBe(false);
    expect(new PacketLengths(1000).accept(publish(990))).toBe(true);
  });

  it("refuses a length of five digits", () => {
    expect(new PacketLengths(1000).accept(Buffer.from([0x30, 0x80, 0x80, 0x80, 0x80, 0x00]))).toBe(false);
    expect(new PacketLengths(1000).accept(Buffer.from([0x30, 0x80, 0x80, 0x80, 0x00, 0x30, 0x00]))).toBe(true);
  });
});
