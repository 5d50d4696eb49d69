import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RoomId } from "#shared/base/ids.ts";
import { exportName, nameKey } from "../../../../broker/exports/exportName.ts";
import { checkProperty } from "../../../support/property.ts";

const room = RoomId.parse("AbCdEfGhIjKlMnOpQrStUv")!;
const nameOf = (title: string): string => exportName(title, room, () => false);

describe("exportName", () => {
  it.each([
    ["Lab 1", "Lab 1-AbCdEf.ipynb"],
    ["", "Untitled-AbCdEf.ipynb"],
    ["...", "Untitled-AbCdEf.ipynb"],
    ["../../etc/passwd", "etc passwd-AbCdEf.ipynb"],
    ["..\\..\\boot.ini", "boot.ini-AbCdEf.ipynb"],
    [".bashrc", "bashrc-AbCdEf.ipynb"],
    ["~root", "root-AbCdEf.ipynb"],
    ["-rf", "rf-AbCdEf.ipynb"],
    ["con", "_con-AbCdEf.ipynb"],
    ["COM1.lab", "_COM1.lab-AbCdEf.ipynb"],
    ["control", "control-AbCdEf.ipynb"],
    ['a<b>c:d"e|f?g*h', "a b c d e f g h-AbCdEf.ipynb"],
    ["one\ntwo\u0000three", "one two three-AbCdEf.ipynb"],
    ["evil\u202Eexe.ipynb", "evil exe.ipynb-AbCdEf.ipynb"],
    ["half \uD83D", "half-AbCdEf.ipynb"],
    ["e\u0301", "é-AbCdEf.ipynb"],
    ["Übung 3 – Bäume 🌳", "Übung 3 – Bäume 🌳-AbCdEf.ipynb"],
  ])("%j becomes %s", (title, name) => {
    expect(nameOf(title)).toBe(name);
  });

  it("takes more of the room's id where the name is taken, and a number where that does not help", () => {
    const taken = new Set<string>();
    const names = Array.from({ length: 5 }, () => {
      const name = exportName("Lab", room, (wanted) => taken.has(nameKey(wanted)));
      taken.add(nameKey(name));
      return name;
    });
    expect(names).toEqual([
      "Lab-AbCdEf.ipynb",
      "Lab-AbCdEfGhIjKl.ipynb",
      `Lab-${room}.ipynb`,
      `Lab-${room}-2.ipynb`,
      `Lab-${room}-3.ipynb`,
    ]);
  });

  it("is a name that every file system takes, whatever the title", () =>
    checkProperty(
      "export names",
      500,
      fc.property(fc.string({ unit: "binary", maxLength: 400 }), (title) => {
        const name = nameOf(title);
        expect(name).toMatch(/^[^.\s~-].*-AbCdEf\.ipynb$/su);
        // oxlint-disable-next-line no-control-regex -- reason: control characters are what must not be there.
        expect(name).not.toMatch(/[\u0000-\u001f\u007f<>:"/\\|?*\u200b-\u200f\u202a-\u202e]/);
        expect(name).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i);
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255 - 100);
        expect(name).not.toMatch(/\p{Cs}/u);
      }),
    ));
});
