// The desktop app's entry: connects Electron to what decides. Runs before Electron is ready, so it awaits nothing on the
// way (see electron/README.md).

import { app, dialog, ipcMain, Menu, protocol, session, shell } from "electron";
import type { BrowserWindow, IpcMainInvokeEvent } from "electron";
import { join } from "node:path";
import { consoleLogger } from "#shared/adapters/consoleLogger.ts";
import { messageOf } from "#shared/base/errors.ts";
import { DESKTOP_CHANNEL, type DesktopReply } from "#shared/contracts/page/desktopApi.ts";
import { answerAppRequest } from "./appProtocol.ts";
import { notebooksToOpen } from "./files/openRequests.ts";
import { guardContents, guardSession } from "./guardContents.ts";
import { isOwnPage } from "./ipc/checkSender.ts";
import { CommandQueue, type ShellCommand } from "./ipc/CommandQueue.ts";
import { desktopCalls } from "./ipc/desktopCalls.ts";
import { failure, handleDesktopCall } from "./ipc/handleDesktopCall.ts";
import { desktopSystem, openMainWindow } from "./mainWindow.ts";
import { menuFor, menuTemplate } from "./menu.ts";
import { APP_SCHEME, SCHEMES } from "./security.ts";

const NAME = "Meshbook";
const preload = join(import.meta.dirname, "preload.cjs");
const webRoot = join(import.meta.dirname, "../web");

const logger = consoleLogger();
const commands = new CommandQueue();
let window: BrowserWindow | undefined;
const api = desktopCalls(
  desktopSystem(() => window),
  commands,
);

app.enableSandbox();
app.setName(NAME);
// Unpackaged, Electron would put our data into a folder it shares with every other unpackaged app.
if (!app.commandLine.hasSwitch("user-data-dir")) app.setPath("userData", join(app.getPath("appData"), NAME));
protocol.registerSchemesAsPrivileged(SCHEMES);

// The lock is on the data folder: two processes must never write one database.
if (app.requestSingleInstanceLock()) start();
else app.quit();

function start(): void {
  app.on("web-contents-created", (_event, contents) => guardContents(contents, openOutside));
  app.on("second-instance", (_event, argv, folder) => open(notebooksToOpen(argv.slice(1), folder)));
  app.on("open-file", (event, path) => {
    event.preventDefault();
    open(notebooksToOpen([path], "/"));
  });
  app.on("activate", showWindow);
  app.on("window-all-closed", () => {
    if (process.platform !== "darwin") app.quit();
  });
  app.whenReady().then(ready).catch(giveUp);
}

function ready(): void {
  guardSession(session.defaultSession);
  protocol.handle(APP_SCHEME, (request) => answerAppRequest(request, webRoot));
  ipcMain.handle(DESKTOP_CHANNEL, answerCall);
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(menuFor(process.platform), (type) => ask({ type }))));
  open(notebooksToOpen(process.argv.slice(1), process.cwd()));
}

/** Without this the process would stay, with nothing to see and nobody told. */
function giveUp(error: unknown): void {
  dialog.showErrorBox("Meshbook could not start", messageOf(error));
  app.exit(1);
}

async function answerCall(event: IpcMainInvokeEvent, method: unknown, ...args: unknown[]): Promise<DesktopReply> {
  const own = event.sender === window?.webContents && isOwnPage(event.senderFrame);
  if (!own) {
    logger.warn("refused a call that does not come from the page");
    return failure("refused", "Only Meshbook's own page may call this.");
  }
  const reply = await handleDesktopCall(api, method, args);
  if (!reply.ok) logger.warn("a desktop call failed", { code: reply.code });
  return reply;
}

function open(paths: readonly string[]): void {
  for (const path of paths) commands.push({ type: "open-path", path });
  showWindow();
}

function ask(command: ShellCommand): void {
  commands.push(command);
  showWindow();
}

/** Brings the window to the front, or opens it again. A file may be opened before Electron can show anything. */
function showWindow(): void {
  if (!app.isReady()) return;
  if (window !== undefined) {
    if (window.isMinimized()) window.restore();
    window.focus();
    return;
  }
  window = openMainWindow({ preload, commands, logger });
  window.on("closed", () => {
    window = undefined;
  });
}

function openOutside(url: string): void {
  shell.openExternal(url).catch((error: unknown) => logger.warn("the system did not open a link", { error }));
}
