// The real desktop app, wherever Electron's program could be downloaded; what it decides is tested without it in
// test/unit/electron.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { _electron, expect, test, type ElectronApplication, type Page } from "playwright/test";
import type { DesktopBridge } from "#shared/contracts/page/desktopApi.ts";
import { repository, rolldownEntries } from "../support/desktop/bundles.ts";
import { findElectron } from "../support/desktop/findElectron.ts";

declare global {
  interface Window {
    readonly meshbookDesktop: DesktopBridge;
  }
}

const program = findElectron();
const why = "desktop.spec.ts is skipped: Electron's program is not on this machine; `npm run desktop` downloads it";
test.skip(program === undefined, why);
// Reporters keep the reason to themselves. Without an index this is the process that lists the tests: said once.
if (program === undefined && process.env.TEST_WORKER_INDEX === undefined) console.log(why);

let folder: string;
let app: ElectronApplication;
let page: Page;

test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "meshbook-electron-"));
  const { bundleDesktop } = await rolldownEntries();
  await bundleDesktop();
  app = await _electron.launch({
    ...(program === undefined ? {} : { executablePath: program }),
    args: [
      join(repository, "dist/electron/main.mjs"),
      `--user-data-dir=${join(folder, "data")}`,
      // Chromium's own sandbox does not start for root.
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
    ],
  });
  page = await app.firstWindow();
});

test.afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true, force: true });
});

test("opens its window on its own page, without Node in it", async () => {
  await expect(page).toHaveTitle(/Meshbook/);
  expect(page.url()).toBe("app://meshbook/");
  const found = await page.evaluate(() => [
    typeof window.meshbookDesktop.openFile,
    "require" in window,
    "process" in window,
  ]);
  expect(found).toEqual(["function", false, false]);
});

test("serves nothing from outside its page", async () => {
  const statuses = await page.evaluate(async () => {
    const paths = ["/..%2f..%2fpackage.json", "/%2e%2e/%2e%2e/package.json", "/.env", "/host.json", "/runner.html"];
    return Promise.all(paths.map(async (path) => (await fetch(`app://meshbook${path}`)).status));
  });
  expect(statuses).toEqual([400, 404, 400, 404, 404]);
});

test("gives the runner frame no bridge, and refuses a call in its name", async () => {
  await page.evaluate(() => {
    const frame = document.createElement("iframe");
    frame.src = "app://runner/runner.html";
    document.body.append(frame);
  });
  await expect.poll(() => page.frames().length).toBe(2);
  const runner = page.frames()[1]!;
  await runner.waitForLoadState();
  expect(await runner.evaluate(() => [self.origin, "meshbookDesktop" in self])).toEqual(["null", false]);
  const replies = await app.evaluate(async ({ BrowserWindow, clipboard, ipcMain }) => {
    const { webContents } = BrowserWindow.getAllWindows()[0]!;
    // The handler itself, called as Electron calls it, because nothing in the frame can reach the channel.
    type Handler = (event: unknown, ...args: unknown[]) => Promise<{ ok: boolean; code?: string }>;
    const { _invokeHandlers } = ipcMain as unknown as { _invokeHandlers: Map<string, Handler> };
    const call = (senderFrame: unknown) =>
      _invokeHandlers.get("meshbook")!({ sender: webContents, senderFrame }, "copyText", "from a frame");
    await clipboard.writeText("untouched");
    const refused = await call(webContents.mainFrame.frames[0]);
    return { refused, clipboard: await clipboard.readText(), own: await call(webContents.mainFrame) };
  });
  expect(replies).toMatchObject({ refused: { ok: false, code: "refused" }, clipboard: "untouched", own: { ok: true } });
});

test("stays on its page and opens no window", async () => {
  await app.evaluate(({ shell }) => {
    shell.openExternal = (url) => {
      (globalThis as unknown as { outside: string[] }).outside.push(url);
      return Promise.resolve();
    };
    Object.assign(globalThis, { outside: [] });
  });
  const opened = await page.evaluate(() => {
    const windows = [open("https://jupyter.org/"), open("file:///etc/passwd"), open("app://meshbook/")];
    location.href = "https://evil.example/";
    return windows.filter((window) => window !== null).length;
  });
  expect(opened).toBe(0);
  const outside = () => app.evaluate(() => (globalThis as unknown as { outside: string[] }).outside);
  await expect.poll(outside).toEqual(["https://jupyter.org/", "https://evil.example/"]);
  expect(page.url()).toBe("app://meshbook/");
  expect(app.windows()).toHaveLength(1);
});

test("saves a file through the dialog and opens it again", async () => {
  const path = join(folder, "Übung.ipynb");
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [filePath] });
  }, path);
  const reply = await page.evaluate(async () => {
    const content = new TextEncoder().encode('{"cells": []}');
    const saved = await window.meshbookDesktop.saveFile("Übung.ipynb", content);
    const opened = await window.meshbookDesktop.openFile(["ipynb"]);
    const file = opened.ok ? (opened.value as { name: string; content: Uint8Array }) : undefined;
    return {
      saved,
      name: file?.name,
      isBytes: file?.content instanceof Uint8Array,
      text: new TextDecoder().decode(file?.content),
    };
  });
  expect(reply).toEqual({
    saved: { ok: true, value: true },
    name: "Übung.ipynb",
    isBytes: true,
    text: '{"cells": []}',
  });
  expect(readFileSync(path, "utf8")).toBe('{"cells": []}');
});
