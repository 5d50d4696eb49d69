import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { rolldown } from "rolldown";
import { rolldownEntries } from "./bundles.ts";
import type * as FakeElectron from "./fakeElectron.ts";

/** The app's main process, started in this process; the test plays the system and the page. */
export class StartedMain {
  readonly electron: typeof FakeElectron;
  /** Where the app believes to be installed: `electron/main.mjs` and `web/` are in it. */
  readonly folder: string;

  constructor(electron: typeof FakeElectron, folder: string) {
    this.electron = electron;
    this.folder = folder;
  }

  get window(): FakeElectron.BrowserWindow {
    return this.electron.BrowserWindow.opened[0]!;
  }

  /** The arguments of each call of one function of Electron's. */
  called(name: string): readonly (readonly unknown[])[] {
    return this.electron.calls.filter(([which]) => which === name).map(([, ...args]) => args);
  }

  /** Calls as the page does, or as `sender` would. */
  invoke(method: unknown, args: readonly unknown[] = [], sender: Record<string, unknown> = {}): Promise<unknown> {
    const { webContents } = this.window;
    const event = { sender: webContents, senderFrame: webContents.mainFrame, ...sender };
    return this.electron.ipcMain.handlers.get("meshbook")!(event, method, ...args);
  }

  chooseInMenu(label: string): void {
    const entries = this.electron.Menu.template.flatMap(({ submenu }) => submenu);
    entries.find((entry) => entry.label === label)!.click!();
  }

  close(): void {
    rmSync(this.folder, { recursive: true });
  }
}

let bundle: Promise<string> | undefined;

/** Runs the desktop app's entry, bundled as for the product except that Electron is the fake. Each start is a fresh one. */
export async function startMain(plan: Partial<FakeElectron.FakePlan> = {}): Promise<StartedMain> {
  bundle ??= bundleMain();
  const folder = mkdtempSync(join(tmpdir(), "meshbook-desktop-"));
  mkdirSync(join(folder, "electron"));
  mkdirSync(join(folder, "web"));
  writeFileSync(join(folder, "web/index.html"), "<title>Meshbook</title>");
  writeFileSync(join(folder, "web/runner.html"), "<title>runner</title>");
  const main = join(folder, "electron/main.mjs");
  writeFileSync(main, await bundle);
  Object.assign(globalThis, { plan: { lock: true, switches: [], ...plan } });
  const { electron } = (await import(pathToFileURL(main).href)) as { electron: typeof FakeElectron };
  return new StartedMain(electron, folder);
}

/** The same, up to its window. */
export async function startReadyMain(): Promise<StartedMain> {
  const main = await startMain();
  await main.electron.systemIsReady();
  return main;
}

async function bundleMain(): Promise<string> {
  const [{ output: target, ...input }] = (await rolldownEntries()).desktopBundles;
  const build = await rolldown({
    ...input,
    input: "test/support/desktop/mainEntry.ts",
    external: /^node:/,
    resolve: { alias: { electron: join(import.meta.dirname, "fakeElectron.ts") } },
    logLevel: "warn",
  });
  const { output } = await build.generate({ format: target.format ?? "esm", codeSplitting: false });
  await build.close();
  return output[0].code;
}
