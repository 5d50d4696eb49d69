import { BrowserWindow, clipboard, dialog } from "electron";
import type { Logger } from "#shared/ports/Logger.ts";
import { ms } from "#shared/base/units.ts";
import { START_ADDRESS } from "./appProtocol.ts";
import { CrashCounter } from "./crashes.ts";
import type { CommandQueue } from "./ipc/CommandQueue.ts";
import type { DesktopSystem } from "./ipc/desktopCalls.ts";
import { safeWebPreferences, WEBRTC_POLICY } from "./security.ts";

/** What a window needs of the app. */
export interface WindowParts {
  /** Absolute path of the bundled preload script. */
  readonly preload: string;
  readonly commands: CommandQueue;
  readonly logger: Logger;
}

/** Opens the app's one window. It is shown when it has something to show. */
export function openMainWindow({ preload, commands, logger }: WindowParts): BrowserWindow {
  const window = new BrowserWindow({
    width: 1280,
    height: 860,
    minWidth: 420,
    minHeight: 320,
    title: "Meshbook",
    show: false,
    webPreferences: safeWebPreferences(preload),
  });
  const contents = window.webContents;
  contents.setWebRTCIPHandlingPolicy(WEBRTC_POLICY.ownPage);
  window.once("ready-to-show", () => window.show());
  window.on("closed", () => commands.pageGone());
  contents.on("did-start-navigation", ({ isMainFrame, isSameDocument }) => {
    if (isMainFrame && !isSameDocument) commands.pageGone();
  });
  reloadAfterCrash(window, commands, logger);
  askBeforeLeaving(window);
  void load(window, logger);
  return window;
}

async function load(window: BrowserWindow, logger: Logger): Promise<void> {
  try {
    await window.loadURL(START_ADDRESS);
  } catch (error) {
    // Also when the user closes the window or reloads while it loads: then it is no fault.
    logger.warn("the page did not load", { error });
  }
}

function reloadAfterCrash(window: BrowserWindow, commands: CommandQueue, logger: Logger): void {
  const crashes = new CrashCounter();
  window.webContents.on("render-process-gone", (_event, { reason, exitCode }) => {
    commands.pageGone();
    if (reason === "clean-exit") return;
    logger.error("the page's process ended", { reason, exitCode });
    if (crashes.crashed(ms(performance.now()))) void load(window, logger);
    else dialog.showErrorBox("Meshbook keeps stopping", "Close the window and open it again. Your notebooks are safe.");
  });
}

/** A page that asks not to be left is otherwise kept open by Electron without a word. */
function askBeforeLeaving(window: BrowserWindow): void {
  window.webContents.on("will-prevent-unload", (event) => {
    const answer = dialog.showMessageBoxSync(window, {
      type: "warning",
      message: "Not everything is saved on this computer yet.",
      detail: "If you leave now, the last changes are lost.",
      buttons: ["Stay", "Leave"],
      defaultId: 0,
      cancelId: 0,
    });
    if (answer === 1) event.preventDefault();
  });
}

/** Dialogs over the window that is open at that moment. */
export function desktopSystem(currentWindow: () => BrowserWindow | undefined): DesktopSystem {
  return {
    askForFile: async (filters) => {
      const window = currentWindow();
      if (window === undefined) return undefined;
      const { canceled, filePaths } = await dialog.showOpenDialog(window, { properties: ["openFile"], filters });
      return canceled ? undefined : filePaths[0];
    },
    askWhereToSave: async (name, filters) => {
      const window = currentWindow();
      if (window === undefined) return undefined;
      const { canceled, filePath } = await dialog.showSaveDialog(window, {
        defaultPath: name,
        filters,
        // Linux asks before it replaces a file only when told to.
        properties: ["showOverwriteConfirmation", "createDirectory"],
      });
      return canceled || filePath === "" ? undefined : filePath;
    },
    writeClipboard: (text) => clipboard.writeText(text),
    showError: (title, message) => dialog.showErrorBox(title, message),
  };
}
