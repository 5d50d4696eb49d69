import { describe, expect, it } from "vitest";
import { RoomId } from "#shared/base/ids.ts";
import { judgeInvitation, type HostMarks } from "#shared/doctor/judgeInvitation.ts";
import { classMark } from "#shared/rooms/classMark.ts";
import { foundingOf } from "#shared/rooms/founding.ts";
import { formatRoomLink, type RoomLink } from "#shared/rooms/roomLink.ts";
import { asRoomSecret } from "#shared/rooms/roomKeys.ts";

const id = RoomId.parse("4ADfmvYB-zGzL1mI87MV8Q")!;
const room = { id, secret: asRoomSecret(new Uint8Array(32).fill(7)) };
const miscopied = { id, secret: asRoomSecret(new Uint8Array(32).fill(7).fill(8, 31)) };
const base = "http://127.0.0.1:8720";
const link = (kind: RoomLink["kind"], ref = room): string => formatRoomLink({ kind, base, ...ref });
const state = (given: string, marks: HostMarks): string => judgeInvitation(given, marks).state;

describe("judgeInvitation", () => {
  it("finds what was cut off, copied wrongly, or is of a class that was there before", () => {
    const marks = { classMark: classMark(room) };
    expect(state(link("class"), marks)).toBe("ok");
    expect(state(link("class").slice(0, -5), marks)).toBe("problem");
    expect(state(link("class", miscopied), marks)).toBe("problem");
    expect(state(base, marks)).toBe("skipped");
    expect(state(link("class"), {})).toBe("skipped");
  });

  it("finds a notebook's link that was copied wrongly, where the host has seen who made the notebook", () => {
    const marks = { classMark: classMark(miscopied), founding: foundingOf(room.secret) };
    expect(state(link("notebook"), marks)).toBe("ok");
    expect(state(link("notebook", miscopied), marks)).toBe("problem");
    expect(state(link("notebook"), { classMark: classMark(room) })).toBe("skipped");
  });
});
