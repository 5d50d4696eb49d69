import { describe, expect, it, vi } from "vitest";
import { MENU_COMMANDS } from "#shared/contracts/page/desktopApi.ts";
import { menuFor, menuTemplate } from "../../../electron/menu.ts";

const platforms = ["darwin", "win32", "linux"];
const entriesOf = (platform: string) => menuFor(platform).flatMap(({ entries }) => entries);
const rolesOf = (platform: string) =>
  entriesOf(platform).flatMap((entry) => (entry.type === "role" ? [entry.role] : []));

describe("menuFor", () => {
  it("has the usual menus, and on macOS that of the program", () => {
    const labels = (platform: string) => menuFor(platform).map(({ label }) => label);
    expect(labels("linux")).toEqual(["File", "Edit", "View", "Window", "Help"]);
    expect(labels("win32")).toEqual(labels("linux"));
    expect(labels("darwin")).toEqual(["Meshbook", "File", "Edit", "View", "Window", "Help"]);
  });

  it.each(platforms)("gives every command of the page once on %s", (platform) => {
    const commands = entriesOf(platform).flatMap((entry) => (entry.type === "command" ? [entry.command] : []));
    expect(commands.sort()).toEqual([...MENU_COMMANDS].sort());
  });

  it.each(platforms)("can quit, close, and edit text on %s", (platform) => {
    const wanted = ["quit", "close", "undo", "redo", "cut", "copy", "paste", "selectAll", "about", "togglefullscreen"];
    const roles: readonly string[] = rolesOf(platform);
    expect(wanted.filter((role) => !roles.includes(role))).toEqual([]);
    expect(roles.length).toBe(new Set(roles).size);
  });

  it("keeps the roles that only macOS has to macOS", () => {
    const mac = ["services", "hide", "hideOthers", "unhide", "zoom", "front"];
    expect(rolesOf("darwin")).toEqual(expect.arrayContaining(mac));
    expect(rolesOf("linux").filter((role) => mac.includes(role))).toEqual([]);
  });

  it.each(platforms)("gives no two commands the same keys on %s", (platform) => {
    const keys = entriesOf(platform).flatMap((entry) => (entry.type === "command" ? [entry.keys] : []));
    const given = keys.filter((key) => key !== undefined);
    expect(new Set(given).size).toBe(given.length);
  });
});

describe("menuTemplate", () => {
  it("is the same in Electron's form, and acts with the entry's command", () => {
    const act = vi.fn();
    const entries = [
      { type: "command", label: "Open…", keys: "CmdOrCtrl+O", command: "choose-file" },
      { type: "separator" },
      { type: "command", label: "Keyboard Shortcuts", command: "show-shortcuts" },
      { type: "role", role: "quit" },
    ] as const;
    const [file] = menuTemplate([{ label: "File", entries }], act);
    const submenu = file!.submenu as { click?: () => void }[];
    expect(file).toEqual({
      label: "File",
      submenu: [
        { label: "Open…", accelerator: "CmdOrCtrl+O", click: expect.any(Function) as unknown },
        { type: "separator" },
        { label: "Keyboard Shortcuts", click: expect.any(Function) as unknown },
        { role: "quit" },
      ],
    });
    submenu[2]!.click!();
    expect(act.mock.calls).toEqual([["show-shortcuts"]]);
  });
});
