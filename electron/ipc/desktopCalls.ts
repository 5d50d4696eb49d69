import type { DesktopApi, DesktopCommand } from "#shared/contracts/page/desktopApi.ts";
import { messageOf } from "#shared/base/errors.ts";
import { openFilters, saveFilters, safeFileName, type FileFilter } from "../files/fileNames.ts";
import { readPickedFile } from "../files/readPickedFile.ts";
import { writeAtomically } from "../files/writeAtomically.ts";
import type { CommandQueue } from "./CommandQueue.ts";

/** What only Electron can do for the calls: dialogs over the window, and the clipboard. */
export interface DesktopSystem {
  /** The path chosen; undefined if cancelled. */
  askForFile(filters: FileFilter[]): Promise<string | undefined>;
  /** The path to write to, a file that exists only after the user confirmed it; undefined if cancelled. */
  askWhereToSave(name: string, filters: FileFilter[]): Promise<string | undefined>;
  writeClipboard(text: string): Promise<void>;
  showError(title: string, message: string): void;
}

/** `DesktopApi` as the main process does it. Paths never reach the page: it gets what the user chose, and no more. */
export function desktopCalls(system: DesktopSystem, commands: CommandQueue): DesktopApi {
  return {
    openFile: async (extensions) => {
      const path = await system.askForFile(openFilters(extensions));
      return path === undefined ? undefined : readPickedFile(path);
    },
    saveFile: async (suggestedName, content) => {
      const name = safeFileName(suggestedName);
      const path = await system.askWhereToSave(name, saveFilters(name));
      if (path === undefined) return false;
      await writeAtomically(path, content);
      return true;
    },
    copyText: (text) => system.writeClipboard(text),
    nextCommand: () => nextCommand(system, commands),
  };
}

/** A file that cannot be read is told to the user here, and the page goes on waiting. */
async function nextCommand(system: DesktopSystem, commands: CommandQueue): Promise<DesktopCommand | undefined> {
  for (;;) {
    const command = await commands.next();
    if (command?.type !== "open-path") return command;
    try {
      return { type: "open-file", file: await readPickedFile(command.path) };
    } catch (error) {
      system.showError("The file was not opened", messageOf(error));
    }
  }
}
