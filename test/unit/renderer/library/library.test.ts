import { describe, expect, it } from "vitest";
import { RoomId } from "#shared/base/ids.ts";
import { unixMs } from "#shared/base/units.ts";
import type { NotebookCard } from "#shared/session/views.ts";
import { parseRoute, routePath } from "../../../../renderer/app/routes.ts";
import { shelves, whenInWords } from "../../../../renderer/library/shelves.ts";

const card = (title: string, place: NotebookCard["place"], opened?: number): NotebookCard => ({
  room: RoomId.create(),
  title,
  place,
  opened: opened === undefined ? undefined : unixMs(opened),
  removed: false,
});

describe("shelves", () => {
  it("put the class first and the last opened on top, and leave out what was removed", () => {
    const cards = [card("old", "device", 1), card("new", "shared", 2), card("lab", "class"), card("gone", "device", 3)];
    const groups = shelves([...cards.slice(0, 3), { ...cards[3]!, removed: true }], "Networks");
    expect(groups.map(({ title, cards: shown }) => [title, shown.map((one) => one.title)])).toEqual([
      ["In Networks", ["lab"]],
      ["Yours", ["new", "old"]],
    ]);
  });

  it("need no heading for one group", () => {
    expect(shelves([card("a", "device")], undefined).map((group) => group.title)).toEqual([""]);
  });
});

describe("whenInWords", () => {
  it("is near in words and far as a date", () => {
    const now = Date.UTC(2025, 5, 15, 12);
    expect([5_000, 120_000, 3 * 3_600_000, 26 * 3_600_000].map((ago) => whenInWords(now - ago, now))).toEqual([
      "just now",
      "2 minutes ago",
      "3 hours ago",
      "yesterday",
    ]);
    expect(whenInWords(Date.UTC(2025, 2, 12, 12), now)).toBe("12 Mar 2025");
    expect(whenInWords(now + 60_000, now)).toBe("just now");
  });
});

describe("routes", () => {
  it("lead to a notebook and back, and never to a dead end", () => {
    const room = RoomId.create();
    expect(parseRoute(routePath({ page: "notebook", room }))).toEqual({ page: "notebook", room });
    for (const path of ["/", "/n/", "/n/short", "/nonsense"]) expect(parseRoute(path)).toEqual({ page: "library" });
  });
});
