import { describe, expect, it } from "vitest";
import { RoomId } from "#shared/base/ids.ts";
import { asRoomSecret, createRoomSecret } from "#shared/rooms/roomKeys.ts";
import { formatRoomLink, parseRoomLink } from "#shared/rooms/roomLink.ts";
import { isSealedClass, startSealedClass } from "#shared/rooms/sealedClass.ts";

describe("a class that was started at a blind host", () => {
  it("is known by its invitation, which is like any", () => {
    const link = { kind: "class", base: "http://192.168.1.5:8720", ...startSealedClass() } as const;
    const read = parseRoomLink(formatRoomLink(link));
    expect(read).toEqual({ ok: true, value: link });
    expect(read.ok && isSealedClass(read.value)).toBe(true);
  });

  it("is no other class, and nobody makes it one without its secret", () => {
    const [one, other] = [startSealedClass(), startSealedClass()];
    expect(one.id).not.toBe(other.id);
    expect(isSealedClass({ ...one, id: RoomId.create() })).toBe(false);
    expect(isSealedClass({ ...one, secret: other.secret })).toBe(false);
    expect(isSealedClass({ id: RoomId.create(), secret: createRoomSecret() })).toBe(false);
  });

  it("has an id that stays as it is", () => {
    expect(startSealedClass(asRoomSecret(new Uint8Array(32).fill(7))).id).toBe("cBZutrotV0moE1UU94TjEb");
  });
});
