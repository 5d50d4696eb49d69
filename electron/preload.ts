// Runs in the page's sandboxed process before the page, in a world of its own. It passes calls on and decides nothing:
// the page's process may be taken over, the main process checks every call.

import { contextBridge, ipcRenderer } from "electron";
import { DESKTOP_CHANNEL, DESKTOP_GLOBAL, DESKTOP_METHODS } from "#shared/contracts/page/desktopApi.ts";

const call =
  (method: string) =>
  (...args: readonly unknown[]): Promise<unknown> =>
    ipcRenderer.invoke(DESKTOP_CHANNEL, method, ...args);

contextBridge.exposeInMainWorld(
  DESKTOP_GLOBAL,
  Object.fromEntries(Object.keys(DESKTOP_METHODS).map((method) => [method, call(method)])),
);
