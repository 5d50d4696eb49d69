import { describe, expect, it } from "vitest";
import { MemorySettings } from "#shared/adapters/memory/MemorySettings.ts";
import { contentHashOfText } from "#shared/base/hash.ts";
import { PeerId, RoomId } from "#shared/base/ids.ts";
import { ALLOWED_SCRIPTS, ScriptGrants } from "../../../../renderer/output/scripts/ScriptGrants.ts";

const peer = (letter: string): PeerId => PeerId.parse(letter.repeat(22))!;
const room = RoomId.create();
const ana = { room, author: peer("A"), name: "Ana" };
const unsigned = { output: contentHashOfText("x") };

describe("what scripts a reader allows", () => {
  it("is nothing at first, and is remembered until it is taken back", () => {
    const settings = new MemorySettings();
    const grants = new ScriptGrants(settings);
    expect(grants.has(ana) || grants.has(unsigned)).toBe(false);
    grants.allow(ana);
    grants.allow(unsigned);
    const later = new ScriptGrants(settings);
    expect(later.has(ana) && later.has(unsigned)).toBe(true);
    later.revoke(ana);
    later.revoke(unsigned);
    expect(settings.get(ALLOWED_SCRIPTS)).toBeUndefined();
  });

  it("is one author's in one notebook, by whatever name, and one output alone", () => {
    const grants = new ScriptGrants(new MemorySettings());
    grants.allow(ana);
    grants.allow(unsigned);
    expect(grants.has({ ...ana, name: "Anna" })).toBe(true);
    expect(grants.has({ ...ana, room: RoomId.create() })).toBe(false);
    expect(grants.has({ ...ana, author: peer("B") })).toBe(false);
    expect(grants.has({ output: contentHashOfText("y") })).toBe(false);
  });

  it("tells another device that shows itself by the name of an allowed one", () => {
    const grants = new ScriptGrants(new MemorySettings());
    grants.allow(ana);
    expect(grants.hasNamesake({ ...ana, author: peer("B") })).toBe(true);
    expect(grants.hasNamesake(ana)).toBe(false);
    expect(grants.hasNamesake({ ...ana, author: peer("B"), name: "Ben" })).toBe(false);
  });

  it("forgets the first ones where there are too many", () => {
    const grants = new ScriptGrants(new MemorySettings());
    const many = Array.from({ length: 501 }, (_, index) => ({ output: contentHashOfText(String(index)) }));
    for (const one of many) grants.allow(one);
    expect(grants.has(many[0]!)).toBe(false);
    expect(grants.has(many[1]!) && grants.has(many[500]!)).toBe(true);
  });

  it("is nothing where the stored value is none", () => {
    const settings = new MemorySettings();
    settings.set(ALLOWED_SCRIPTS, [{ room: 3 }, "x", { ...ana, name: 4 }]);
    expect(new ScriptGrants(settings).has(ana)).toBe(false);
  });
});
