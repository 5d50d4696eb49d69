import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { FakeContents, FakePlan } from "../../support/desktop/fakeElectron.ts";
import { startMain, startReadyMain, type StartedMain } from "../../support/desktop/startMain.ts";

let main: StartedMain;
const start = async (plan: Partial<FakePlan> = {}) => (main = await startMain(plan));
const ready = async () => (main = await startReadyMain());

afterEach(() => {
  main.close();
  vi.restoreAllMocks();
});

/** What happens to a navigation: prevented or not. */
function navigate(contents: FakeContents, url: string, isMainFrame: boolean, name = "will-frame-navigate"): boolean {
  const event = { url, isMainFrame, preventDefault: vi.fn() };
  contents.emit(name, event);
  return event.preventDefault.mock.calls.length > 0;
}

describe("the desktop app before Electron is ready", () => {
  it("turns every sandbox on, names its data folder and registers its scheme, then takes the lock", async () => {
    const { electron } = await start();
    expect(electron.calls.map(([name]) => name)).toEqual([
      "enableSandbox",
      "setName",
      "setPath",
      "registerSchemesAsPrivileged",
      "requestSingleInstanceLock",
    ]);
    expect(main.called("setPath")).toEqual([["userData", join("/home/ana/appData", "Meshbook")]]);
    expect(electron.BrowserWindow.opened).toEqual([]);
  });

  it("registers one scheme, standard and secure, that bypasses no policy", async () => {
    await start();
    expect(main.called("registerSchemesAsPrivileged")).toEqual([
      [
        [
          {
            scheme: "app",
            privileges: {
              standard: true,
              secure: true,
              supportFetchAPI: true,
              corsEnabled: true,
              codeCache: true,
              allowServiceWorkers: false,
              bypassCSP: false,
              stream: false,
              allowExtensions: false,
            },
          },
        ],
      ],
    ]);
  });

  it("keeps the data folder that the command line gives", async () => {
    await start({ switches: ["user-data-dir"] });
    expect(main.called("setPath")).toEqual([]);
  });

  it("quits without a window when another process has the lock", async () => {
    const { electron } = await start({ lock: false });
    await electron.systemIsReady();
    expect(main.called("quit")).toHaveLength(1);
    expect(electron.BrowserWindow.opened).toEqual([]);
    expect(electron.ipcMain.handlers.size).toBe(0);
  });
});

describe("the window", () => {
  it("is opened with exactly the safe preferences, and loads the app", async () => {
    const { electron } = await ready();
    expect(electron.BrowserWindow.opened).toHaveLength(1);
    const { options, loaded } = main.window;
    expect(options.webPreferences).toEqual({
      preload: join(main.folder, "electron/preload.cjs"),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInSubFrames: false,
      nodeIntegrationInWorker: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      plugins: false,
      experimentalFeatures: false,
      navigateOnDragDrop: false,
      enableWebSQL: false,
      safeDialogs: true,
      spellcheck: false,
    });
    expect(loaded).toEqual(["app://meshbook/"]);
  });

  it("is shown when it has something to show", async () => {
    const window = (await ready()).window;
    expect([window.options.show, window.done]).toEqual([false, []]);
    window.emit("ready-to-show");
    expect(window.done).toEqual(["show"]);
  });

  it("may use this computer's addresses for WebRTC; other contents may send nothing", async () => {
    const { electron } = await ready();
    expect(main.window.webContents.rtcPolicies).toEqual(["disable_non_proxied_udp", "default"]);
    const other = new electron.FakeContents();
    electron.app.emit("web-contents-created", {}, other);
    expect(other.rtcPolicies).toEqual(["disable_non_proxied_udp"]);
  });

  it("loads again after two crashes, and gives up at the third", async () => {
    const window = (await ready()).window;
    vi.spyOn(console, "error").mockImplementation(() => {});
    const crash = () => window.webContents.emit("render-process-gone", {}, { reason: "oom", exitCode: 9 });
    for (let count = 0; count < 3; count += 1) crash();
    expect(window.loaded).toHaveLength(3);
    expect(main.called("showErrorBox")).toHaveLength(1);
  });

  it("is left only as the user says when the page has something unsaved", async () => {
    const { electron } = await ready();
    const leave = (answer: number): boolean => {
      electron.dialog.messageAnswer = answer;
      const event = { preventDefault: vi.fn() };
      main.window.webContents.emit("will-prevent-unload", event);
      return event.preventDefault.mock.calls.length > 0;
    };
    expect([leave(0), leave(1)]).toEqual([false, true]);
  });
});

describe("any contents", () => {
  it("keeps the page in the app and its frames at their documents", async () => {
    const { webContents } = (await ready()).window;
    expect(navigate(webContents, "app://meshbook/n/abc", true)).toBe(false);
    expect(navigate(webContents, "app://runner/runner.html", false)).toBe(false);
    expect(navigate(webContents, "https://evil.example/?secret", false)).toBe(true);
    expect(navigate(webContents, "app://meshbook/", false)).toBe(true);
    expect(navigate(webContents, "file:///etc/passwd", true)).toBe(true);
    expect(navigate(webContents, "https://evil.example/", false, "will-redirect")).toBe(true);
    expect(main.called("openExternal")).toEqual([]);
  });

  it("gives links of the page to the system's browser, and of frames to nobody", async () => {
    const { webContents } = (await ready()).window;
    expect(navigate(webContents, "https://jupyter.org/", true)).toBe(true);
    expect(navigate(webContents, "https://jupyter.org/frame", false)).toBe(true);
    expect(main.called("openExternal")).toEqual([["https://jupyter.org/"]]);
  });

  it("opens no window, and hands checked addresses only to the system", async () => {
    const { windowOpenHandler } = (await ready()).window.webContents;
    const open = (url: string) => windowOpenHandler!({ url });
    for (const url of ["https://jupyter.org/", "smb://evil/share", "javascript:alert(1)", "app://meshbook/"]) {
      expect(open(url)).toEqual({ action: "deny" });
    }
    expect(main.called("openExternal")).toEqual([["https://jupyter.org/"]]);
  });

  it("attaches no webview", async () => {
    const event = { preventDefault: vi.fn() };
    (await ready()).window.webContents.emit("will-attach-webview", event);
    expect(event.preventDefault).toHaveBeenCalledOnce();
  });
});

describe("the session", () => {
  it("grants what is listed to the page, and nothing to frames", async () => {
    const { handlers } = (await ready()).electron.session.defaultSession;
    const request = (permission: string, requestingUrl: string, isMainFrame: boolean): unknown => {
      const answer = vi.fn();
      const handler = handlers.request as unknown as (...args: unknown[]) => void;
      handler({}, permission, answer, { requestingUrl, isMainFrame });
      return answer.mock.calls[0]![0];
    };
    const check = handlers.check as unknown as (...args: unknown[]) => boolean;
    expect(request("clipboard-sanitized-write", "app://meshbook/n/abc", true)).toBe(true);
    expect(request("media", "app://meshbook/", true)).toBe(false);
    expect(request("clipboard-sanitized-write", "app://runner/runner.html", false)).toBe(false);
    expect(check(null, "local-network-access", "app://meshbook/", { isMainFrame: true })).toBe(true);
    expect(check(null, "geolocation", "app://meshbook/", { isMainFrame: true })).toBe(false);
    expect((handlers.device as () => boolean)()).toBe(false);
  });

  it("downloads nothing by itself", async () => {
    const event = { preventDefault: vi.fn() };
    (await ready()).electron.session.defaultSession.emit("will-download", event);
    expect(event.preventDefault).toHaveBeenCalledOnce();
  });
});

describe("the app's scheme", () => {
  it("serves the built page that lies beside the entry, and the runner on its own host", async () => {
    const handler = (await ready()).electron.protocol.handlers.get("app")!;
    const page = await handler(new Request("app://meshbook/n/abc"));
    expect([page.status, await page.text()]).toEqual([200, "<title>Meshbook</title>"]);
    const runner = await handler(new Request("app://runner/runner.html"));
    expect(await runner.text()).toBe("<title>runner</title>");
    expect(runner.headers.get("content-security-policy")).toMatch(/^sandbox allow-scripts; default-src 'none';/);
    expect((await handler(new Request("app://meshbook/", { method: "POST" }))).status).toBe(405);
  });
});
