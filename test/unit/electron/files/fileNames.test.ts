import { basename, win32 } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openFilters, safeFileName, saveFilters } from "../../../../electron/files/fileNames.ts";

describe("safeFileName", () => {
  it.each([
    ["Lab 1.ipynb", "Lab 1.ipynb"],
    ["Übung – наука 数学 🧪.md", "Übung – наука 数学 🧪.md"],
    ["../../.ssh/authorized_keys", "ssh-authorized_keys"],
    ["/etc/passwd", "etc-passwd"],
    ["C:\\Windows\\a.dll", "C-Windows-a.dll"],
    [".bashrc", "bashrc"],
    ["con.ipynb", "_con.ipynb"],
    ["LPT1", "_LPT1"],
    ["console.md", "console.md"],
    ["a\u0000b\nc.md", "a-b-c.md"],
    ["photo\u202egpj.exe", "photo-gpj.exe"],
    ["trailing dots... ", "trailing dots"],
    ['what? <no> | "yes".md', "what- -no- - -yes-.md"],
    ["", "Untitled"],
    ["...", "Untitled"],
    ["///", "Untitled"],
  ])("makes %j to %j", (suggested, name) => {
    expect(safeFileName(suggested)).toBe(name);
  });

  it("cuts a long name between characters and keeps its extension", () => {
    const name = safeFileName(`${"ü".repeat(300)}.ipynb`);
    expect(name).toBe(`${"ü".repeat(97)}.ipynb`);
    expect(Buffer.byteLength(name)).toBe(200);
  });

  it("gives, for any text, one plain name that every system takes", () => {
    const hostile = fc.array(
      fc.constantFrom("..", "/", "\\", ".", ":", "con", "a", "é", "🧪", "\u202e", "\0", " ", "\ud800"),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: "binary" }),
          hostile.map((parts) => parts.join("")),
        ),
        (suggested) => {
          const name = safeFileName(suggested);
          expect(name).not.toBe("");
          expect([basename(name), win32.basename(name)]).toEqual([name, name]);
          expect(name).not.toMatch(/^\.|[. ]$/);
          expect(Buffer.byteLength(name)).toBeLessThanOrEqual(200);
        },
      ),
    );
  });
});

describe("filters", () => {
  it("offer the kinds asked for at once, and any file", () => {
    expect(openFilters(["ipynb", "md"])).toEqual([
      { name: "Notebooks", extensions: ["ipynb", "md"] },
      { name: "All files", extensions: ["*"] },
    ]);
    expect(openFilters([])).toEqual([{ name: "All files", extensions: ["*"] }]);
  });

  it("offer to save as the kind that the name has", () => {
    expect(saveFilters("a.IPYNB")).toEqual([{ name: "Jupyter notebook", extensions: ["ipynb"] }]);
    expect(saveFilters("a.constructor")).toEqual([{ name: "CONSTRUCTOR file", extensions: ["constructor"] }]);
    expect(saveFilters("Untitled")).toEqual([]);
  });
});
