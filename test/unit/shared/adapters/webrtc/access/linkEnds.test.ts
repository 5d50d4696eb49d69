import { describe, expect, it } from "vitest";
import { linkEnds } from "#shared/adapters/webrtc/access/linkEnds.ts";
import type { PeerConnection } from "#shared/adapters/webrtc/chunked/rtc.ts";

const A = "AA:BB:0C";
const B = "11:22:33";

const between = (own: string, other: string): PeerConnection => ({
  localDescription: { sdp: own },
  remoteDescription: { sdp: other },
  createDataChannel: () => {
    throw new Error("not here");
  },
  ondatachannel: null,
});
const sdp = (...lines: readonly string[]): string => ["v=0", ...lines, "a=setup:actpass", ""].join("\r\n");
const fingerprint = (value: string, hash = "sha-256"): string => `a=fingerprint:${hash} ${value}`;

describe("the ends of a link", () => {
  it("are the certificates of its descriptions, the same seen from both sides", () => {
    const [one, other] = [sdp(fingerprint(A)), sdp(fingerprint(B.toLowerCase()))];
    expect(linkEnds(between(one, other))).toEqual({ own: "sha-256 aa:bb:0c", other: "sha-256 11:22:33" });
    expect(linkEnds(between(other, one))).toEqual({ own: "sha-256 11:22:33", other: "sha-256 aa:bb:0c" });
    expect(linkEnds(between(one, sdp(fingerprint(B), fingerprint(B))))).toBeDefined();
  });

  it.each([
    ["names two certificates", sdp(fingerprint(A), fingerprint(B))],
    ["names another in a way that is not understood", sdp(fingerprint(A), `a=fingerprint:sha-256\t${B}`)],
    ["names one by a weak hash", sdp(fingerprint(B, "sha-1"))],
    ["names none", sdp()],
  ])("are unknown when a description %s", (_, description) => {
    expect(linkEnds(between(sdp(fingerprint(A)), description))).toBeUndefined();
    expect(linkEnds(between(description, sdp(fingerprint(A))))).toBeUndefined();
  });

  it("are unknown of a connection that has ended or not begun", () => {
    expect(linkEnds(null)).toBeUndefined();
    expect(linkEnds({ ...between("", ""), localDescription: null, remoteDescription: null })).toBeUndefined();
  });
});
