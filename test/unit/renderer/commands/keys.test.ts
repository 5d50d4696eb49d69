import { describe, expect, it } from "vitest";
import { commands } from "../../../../renderer/commands/commands.ts";
import { KEYMAP, type KeyScope } from "../../../../renderer/commands/keys/keymap.ts";
import { matchStroke, strokeNames, type Stroke } from "../../../../renderer/commands/keys/keyStroke.ts";

const stroke = (key: string, held: Partial<Stroke> = {}): Stroke => ({
  key,
  code: "",
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...held,
});

function press(scopes: readonly KeyScope[], ...strokes: readonly Stroke[]): string {
  let begun = "";
  let last = "none";
  for (const one of strokes) {
    const found = matchStroke(KEYMAP, scopes, begun, one);
    begun = found.match === "begun" ? found.strokes : "";
    last = found.match === "command" ? found.binding.command : found.match;
  }
  return last;
}

const command = (...strokes: readonly Stroke[]): string => press(["command", "page"], ...strokes);
const edit = (...strokes: readonly Stroke[]): string => press(["edit"], ...strokes);

describe("the keymap", () => {
  it("gives each key one meaning in each scope", () => {
    const seen = KEYMAP.map(({ keys, scope }) => `${scope} ${keys}`);
    expect(seen.filter((binding, at) => seen.indexOf(binding) < at)).toEqual([]);
  });

  it("begins no chord with a key that is a command by itself", () => {
    const chords = KEYMAP.filter(({ keys }) => keys.includes(" "));
    const clashes = chords.filter(({ keys, scope }) =>
      KEYMAP.some((other) => other.scope === scope && other.keys === keys.split(" ")[0]),
    );
    expect(clashes).toEqual([]);
  });

  it("names only commands that exist, and no bare letter in edit mode", () => {
    expect(KEYMAP.filter(({ command: id }) => !(id in commands))).toEqual([]);
    expect(KEYMAP.filter(({ keys, scope }) => scope === "edit" && keys.length === 1)).toEqual([]);
  });
});

describe("matchStroke", () => {
  it("runs cells by Shift-, Ctrl-, Command- and Alt-Enter in both modes", () => {
    for (const mode of [command, edit]) {
      expect(mode(stroke("Enter", { shiftKey: true }))).toBe("run.andNext");
      expect(mode(stroke("Enter", { ctrlKey: true }))).toBe("run.cell");
      expect(mode(stroke("Enter", { metaKey: true }))).toBe("run.cell");
      expect(mode(stroke("Enter", { altKey: true }))).toBe("run.andInsert");
    }
  });

  it("deletes on d d, and on nothing else that begins with d", () => {
    expect(command(stroke("d"))).toBe("begun");
    expect(command(stroke("d"), stroke("d"))).toBe("cell.delete");
    expect(command(stroke("d"), stroke("b"))).toBe("cell.insertBelow");
    expect(command(stroke("d"), stroke("q"), stroke("d"))).toBe("begun");
  });

  it("leaves letters to the text in edit mode", () => {
    expect(edit(stroke("d"), stroke("d"))).toBe("none");
    expect(edit(stroke("?", { shiftKey: true }))).toBe("none");
  });

  it("tells z from Shift-z, whatever caps lock does", () => {
    expect(command(stroke("z"))).toBe("cell.undo");
    expect(command(stroke("Z"))).toBe("cell.undo");
    expect(command(stroke("Z", { shiftKey: true }))).toBe("cell.redo");
  });

  it("finds the sign of a key wherever the keyboard has it", () => {
    expect(command(stroke("?", { shiftKey: true }))).toBe("app.shortcuts");
    expect(command(stroke("?"))).toBe("app.shortcuts");
    expect(edit(stroke("_", { code: "Minus", ctrlKey: true, shiftKey: true }))).toBe("cell.split");
  });

  it("does not take Ctrl-C, Ctrl-V or Ctrl-Z from the browser", () => {
    for (const key of ["c", "v", "z", "x"]) expect(command(stroke(key, { ctrlKey: true }))).toBe("none");
  });

  it("does not read characters made with AltGr as commands", () => {
    expect(strokeNames(stroke("@", { ctrlKey: true, altKey: true }))).toEqual(["Mod-Alt-@", "Ctrl-Alt-@"]);
  });
});
