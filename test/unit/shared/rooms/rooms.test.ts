import { describe, expect, it } from "vitest";
import { fromBase64url, toBase64url } from "#shared/base/base64url.ts";
import { RoomId } from "#shared/base/ids.ts";
import { createRoomSecret, deriveRoomKeys, asRoomSecret } from "#shared/rooms/roomKeys.ts";
import { formatRoomLink, parseRoomLink } from "#shared/rooms/roomLink.ts";
import { seal, SEAL_OVERHEAD, unseal } from "#shared/rooms/seal.ts";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("room links", () => {
  const base = "http://192.168.1.5:8720";

  it.each(["notebook", "class"] as const)("to a %s read back as written", (kind) => {
    const link = { kind, base, id: RoomId.create(), secret: createRoomSecret() };
    expect(parseRoomLink(formatRoomLink(link))).toEqual({ ok: true, value: link });
  });

  it("keep the secret in the fragment, which browsers do not send", () => {
    const link = formatRoomLink({ kind: "notebook", base, id: RoomId.create(), secret: createRoomSecret() });
    expect(new URL(link).pathname + new URL(link).search).not.toContain(new URL(link).hash.slice(3));
    expect(new URL(link).hash.length).toBeGreaterThan(40);
  });

  it.each([
    ["", "not a link"],
    ["hello", "not a link"],
    ["ftp://x/n/AAAAAAAAAAAAAAAAAAAAAA#k=abc", "http"],
    ["http://x/n/AAAAAAAAAAAAAAAAAAAAAA", "incomplete"],
    ["http://x/n/AAAAAAAAAAAAAAAAAAAAAA#k=abc", "incomplete"],
    ["http://x/n/short#k=" + "A".repeat(43), "incomplete"],
    ["http://x/#c=AAAAAAAAAAAAAAAAAAAAAA." + "!".repeat(43), "incomplete"],
    ["javascript:alert(1)", "http"],
  ])("refuse %j and say why", (text, why) => {
    const parsed = parseRoomLink(text);
    expect(parsed.ok ? "" : parsed.error.message).toContain(why);
  });
});

describe("deriveRoomKeys", () => {
  it("gives everyone with the link the same keys, and other rooms other keys", () => {
    const id = RoomId.parse("AAAAAAAAAAAAAAAAAAAAAA")!;
    const secret = asRoomSecret(new Uint8Array(32).fill(7));
    expect(deriveRoomKeys(id, secret)).toEqual(deriveRoomKeys(id, secret));
    // Golden values (made with another HKDF implementation): they are on brokers and in other people's links, so they must never change.
    expect(deriveRoomKeys(id, secret).topicTag).toBe("zzdC68CbABm07p8K6CGcUw");
    expect(deriveRoomKeys(id, secret).webrtcPassword).toBe("D_EXN6ZX7Bjas92Aiy834S9XmoZANVR2");
    const other = deriveRoomKeys(RoomId.create(), secret);
    expect(other.topicTag).not.toBe(deriveRoomKeys(id, secret).topicTag);
    expect(other.content).not.toEqual(deriveRoomKeys(id, secret).content);
  });
});

describe("seal", () => {
  const key = new Uint8Array(32).fill(1);
  const context = bytesOf("mb1/tag/i/to/from");

  it("opens with the same key and context only", () => {
    const message = seal(key, context, bytesOf("hello"));
    expect(message.length).toBe(5 + SEAL_OVERHEAD);
    expect(unseal(key, context, message)).toEqual(bytesOf("hello"));
    expect(unseal(new Uint8Array(32).fill(2), context, message)).toBeUndefined();
    expect(unseal(key, bytesOf("mb1/tag/i/other/from"), message)).toBeUndefined();
  });

  it("refuses a message with any bit changed, cut short, or empty", () => {
    const message = seal(key, context, bytesOf("hello"));
    for (let at = 0; at < message.length; at++) {
      const changed = message.slice();
      changed[at]! ^= 1;
      expect(unseal(key, context, changed)).toBeUndefined();
    }
    expect(unseal(key, context, message.subarray(0, 20))).toBeUndefined();
    expect(unseal(key, context, new Uint8Array())).toBeUndefined();
  });

  it("never gives the same bytes twice", () => {
    expect(seal(key, context, bytesOf("hello"))).not.toEqual(seal(key, context, bytesOf("hello")));
  });
});

describe("base64url", () => {
  it("agrees with Node's for all lengths", () => {
    for (let length = 0; length < 70; length++) {
      const bytes = crypto.getRandomValues(new Uint8Array(length));
      const text = Buffer.from(bytes).toString("base64url");
      expect(toBase64url(bytes)).toBe(text);
      expect(fromBase64url(text)).toEqual(bytes);
    }
  });

  it.each(["A", "A+", "A=", "AB", "AAAAA", "é"])("refuses %j", (text) => {
    expect(fromBase64url(text)).toBeUndefined();
  });
});
