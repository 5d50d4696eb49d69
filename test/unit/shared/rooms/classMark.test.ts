import { describe, expect, it } from "vitest";
import { RoomId } from "#shared/base/ids.ts";
import { classMark, isOfAnotherClass, MARK_LENGTH } from "#shared/rooms/classMark.ts";
import { asRoomSecret } from "#shared/rooms/roomKeys.ts";

const id = RoomId.parse("4ADfmvYB-zGzL1mI87MV8Q")!;
const room = { id, secret: asRoomSecret(new Uint8Array(32).fill(7)) };
const miscopied = { id, secret: asRoomSecret(new Uint8Array(32).fill(7).fill(8, 31)) };

describe("classMark", () => {
  it("is the same in every version", () => {
    expect(classMark(room)).toBe("ks8JznUc1UVgohJ1gbG25Q");
    expect(classMark(room)).toHaveLength(MARK_LENGTH);
  });

  it("tells another class, or a letter that was copied wrongly; a host that shows none says nothing", () => {
    const mark = classMark(room);
    expect(isOfAnotherClass(room, mark)).toBe(false);
    expect(isOfAnotherClass(miscopied, mark)).toBe(true);
    expect(isOfAnotherClass({ ...room, id: RoomId.create() }, mark)).toBe(true);
    expect(isOfAnotherClass(room, undefined)).toBe(false);
  });
});
