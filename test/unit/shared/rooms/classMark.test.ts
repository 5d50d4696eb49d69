import { describe, expect, it } from "vitest";
import { RoomId } from "#shared/base/ids.ts";
import { judgeInvitation } from "../../../../workers/cli/doctor/judgeInvitation.ts";
import { classMark, isOfAnotherClass, MARK_LENGTH } from "#shared/rooms/classMark.ts";
import { formatRoomLink } from "#shared/rooms/roomLink.ts";
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

describe("judgeInvitation", () => {
  const base = "http://127.0.0.1:8720";
  const link = formatRoomLink({ kind: "class", base, ...room });
  const states = (given: string, mark: string | undefined): string => judgeInvitation(given, mark).state;

  it("finds what was cut off, copied wrongly, or is of a class that was there before", () => {
    const mark = classMark(room);
    expect(states(link, mark)).toBe("ok");
    expect(states(link.slice(0, -5), mark)).toBe("problem");
    expect(states(formatRoomLink({ kind: "class", base, ...miscopied }), mark)).toBe("problem");
    expect(states(base, mark)).toBe("skipped");
    expect(states(link, undefined)).toBe("skipped");
  });
});
