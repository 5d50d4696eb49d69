// The menu as data: what stands where on which system, and how Electron wants to be told.

import type { MenuItemConstructorOptions } from "electron";
import type { MenuCommand } from "#shared/contracts/page/desktopApi.ts";

/** Roles are Electron's: it knows the label, the shortcut and what to do on each system. */
export type MenuRole =
  | ("about" | "services" | "hide" | "hideOthers" | "unhide" | "quit" | "close")
  | ("undo" | "redo" | "cut" | "copy" | "paste" | "pasteAndMatchStyle" | "delete" | "selectAll")
  | ("reload" | "toggleDevTools" | "resetZoom" | "zoomIn" | "zoomOut" | "togglefullscreen")
  | ("minimize" | "zoom" | "front");

export type MenuEntry =
  | { readonly type: "separator" }
  | { readonly type: "role"; readonly role: MenuRole }
  | { readonly type: "command"; readonly label: string; readonly keys?: string; readonly command: MenuCommand };

export interface MenuSection {
  readonly label: string;
  readonly entries: readonly MenuEntry[];
}

const LINE: MenuEntry = { type: "separator" };
const role = (name: MenuRole): MenuEntry => ({ type: "role", role: name });
const command = (label: string, does: MenuCommand, keys?: string): MenuEntry =>
  keys === undefined ? { type: "command", label, command: does } : { type: "command", label, keys, command: does };

/** `CmdOrCtrl+S` is absent on purpose: everything is saved as it is typed, and the page answers that key itself. */
export function menuFor(platform: string): readonly MenuSection[] {
  const mac = platform === "darwin";
  return [...(mac ? [APP] : []), file(mac), EDIT, VIEW, window(mac), help(mac)];
}

/** The same in Electron's form; `act` is called with the command of the entry that was chosen. */
export function menuTemplate(
  sections: readonly MenuSection[],
  act: (command: MenuCommand) => void,
): MenuItemConstructorOptions[] {
  return sections.map(({ label, entries }) => ({ label, submenu: entries.map((entry) => toOptions(entry, act)) }));
}

function toOptions(entry: MenuEntry, act: (command: MenuCommand) => void): MenuItemConstructorOptions {
  switch (entry.type) {
    case "separator":
      return { type: "separator" };
    case "role":
      return { role: entry.role };
    case "command": {
      const { label, keys, command } = entry;
      return { label, ...(keys === undefined ? {} : { accelerator: keys }), click: () => act(command) };
    }
  }
}

/** macOS alone has the menu of the program itself. */
const APP: MenuSection = {
  label: "Meshbook",
  entries: [
    role("about"),
    LINE,
    role("services"),
    LINE,
    ...[role("hide"), role("hideOthers"), role("unhide")],
    LINE,
    role("quit"),
  ],
};

const file = (mac: boolean): MenuSection => ({
  label: "File",
  entries: [
    command("New Notebook", "new-notebook", "CmdOrCtrl+N"),
    command("Open…", "choose-file", "CmdOrCtrl+O"),
    LINE,
    command("Save a Copy…", "save-copy", "CmdOrCtrl+Shift+S"),
    LINE,
    role(mac ? "close" : "quit"),
  ],
});

/** Undo is the page's own: the role sends it the event that the editor answers with the notebook's undo. */
const EDIT: MenuSection = {
  label: "Edit",
  entries: [
    ...[role("undo"), role("redo")],
    LINE,
    ...[role("cut"), role("copy"), role("paste"), role("pasteAndMatchStyle"), role("delete")],
    LINE,
    role("selectAll"),
  ],
};

const VIEW: MenuSection = {
  label: "View",
  entries: [
    ...[role("reload"), role("toggleDevTools")],
    LINE,
    ...[role("resetZoom"), role("zoomIn"), role("zoomOut")],
    LINE,
    role("togglefullscreen"),
  ],
};

const window = (mac: boolean): MenuSection => ({
  label: "Window",
  entries: mac ? [role("minimize"), role("zoom"), LINE, role("front")] : [role("minimize"), role("close")],
});

const help = (mac: boolean): MenuSection => ({
  label: "Help",
  entries: [command("Keyboard Shortcuts", "show-shortcuts"), ...(mac ? [] : [LINE, role("about")])],
});
