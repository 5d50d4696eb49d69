// The desktop app from the page's bridge to the disk, without Electron: calls and replies are copied as its channel copies
// them, and only dialogs and the clipboard are played.

import { DESKTOP_METHODS, type DesktopBridge, type DesktopReply } from "#shared/contracts/page/desktopApi.ts";
import { CommandQueue } from "../../../electron/ipc/CommandQueue.ts";
import { desktopCalls, type DesktopSystem } from "../../../electron/ipc/desktopCalls.ts";
import { handleDesktopCall } from "../../../electron/ipc/handleDesktopCall.ts";

/** The user at the dialogs, and the system's clipboard. */
export class PlayedSystem implements DesktopSystem {
  /** Path chosen in the next dialogs; undefined cancels. */
  openPath: string | undefined;
  savePath: string | undefined;
  clipboard: string | undefined;
  readonly asked: unknown[][] = [];
  readonly errors: string[] = [];

  askForFile: DesktopSystem["askForFile"] = (...args) => {
    this.asked.push(args);
    return Promise.resolve(this.openPath);
  };
  askWhereToSave: DesktopSystem["askWhereToSave"] = (...args) => {
    this.asked.push(args);
    return Promise.resolve(this.savePath);
  };
  writeClipboard: DesktopSystem["writeClipboard"] = (text) => {
    this.clipboard = text;
    return Promise.resolve();
  };
  showError: DesktopSystem["showError"] = (_title, message) => void this.errors.push(message);
}

export function desktopBridge(system: DesktopSystem, commands = new CommandQueue()): DesktopBridge {
  const api = desktopCalls(system, commands);
  const call =
    (method: string) =>
    async (...args: unknown[]): Promise<DesktopReply> =>
      structuredClone(await handleDesktopCall(api, method, structuredClone(args)));
  const bridge: unknown = Object.fromEntries(Object.keys(DESKTOP_METHODS).map((method) => [method, call(method)]));
  return bridge as DesktopBridge;
}
