import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { startMain, startReadyMain, type StartedMain } from "../../support/desktop/startMain.ts";

let main: StartedMain;
const start = async () => (main = await startMain());
const ready = async () => (main = await startReadyMain());

afterEach(() => {
  main.close();
  vi.restoreAllMocks();
});

describe("a call from the page", () => {
  it("saves what it is given to the file the user chose, and opens it again", async () => {
    const { electron } = await ready();
    const path = join(main.folder, "copy.ipynb");
    electron.dialog.saveAnswer = { canceled: false, filePath: path };
    const saved = await main.invoke("saveFile", ["../../Lab 1.ipynb", new TextEncoder().encode("{}")]);
    expect(saved).toEqual({ ok: true, value: true });
    expect(readFileSync(path, "utf8")).toBe("{}");
    expect(main.called("showSaveDialog")).toEqual([
      [
        {
          defaultPath: "Lab 1.ipynb",
          filters: [{ name: "Jupyter notebook", extensions: ["ipynb"] }],
          properties: ["showOverwriteConfirmation", "createDirectory"],
        },
      ],
    ]);
    electron.dialog.openAnswer = { canceled: false, filePaths: [path] };
    const file = { name: "copy.ipynb", content: new TextEncoder().encode("{}") };
    expect(await main.invoke("openFile", [[".ipynb"]])).toEqual({ ok: true, value: file });
  });

  it("is told of a cancelled dialog", async () => {
    await ready();
    expect(await main.invoke("openFile", [["ipynb"]])).toEqual({ ok: true, value: undefined });
    expect(await main.invoke("saveFile", ["a.md", new Uint8Array()])).toEqual({ ok: true, value: false });
    expect(readdirSync(main.folder).sort()).toEqual(["electron", "web"]);
  });

  it("copies text", async () => {
    await ready();
    expect(await main.invoke("copyText", ["x = 1"])).toEqual({ ok: true, value: undefined });
    expect(main.called("writeText")).toEqual([["x = 1"]]);
  });

  it("is refused when any other frame, page or window sends it", async () => {
    const { electron } = await ready();
    vi.spyOn(console, "warn").mockImplementation(() => {});
    const { mainFrame } = main.window.webContents;
    const forged: Record<string, unknown>[] = [
      { senderFrame: null },
      { senderFrame: { url: "app://runner/runner.html", origin: "null", parent: mainFrame } },
      { senderFrame: { ...mainFrame, parent: mainFrame } },
      { senderFrame: { ...mainFrame, url: "https://evil.example/", origin: "https://evil.example" } },
      { sender: new electron.FakeContents() },
    ];
    for (const sender of forged) {
      expect(await main.invoke("copyText", ["stolen"], sender)).toMatchObject({ ok: false, code: "refused" });
    }
    expect(main.called("writeText")).toEqual([]);
  });
});

describe("the menu and opened files", () => {
  it("reach the page as commands, also those given before it asked", async () => {
    await ready();
    main.chooseInMenu("New Notebook");
    main.chooseInMenu("Save a Copy…");
    expect(await main.invoke("nextCommand")).toEqual({ ok: true, value: { type: "new-notebook" } });
    expect(await main.invoke("nextCommand")).toEqual({ ok: true, value: { type: "save-copy" } });
    const waiting = main.invoke("nextCommand");
    main.chooseInMenu("Open…");
    expect(await waiting).toEqual({ ok: true, value: { type: "choose-file" } });
  });

  it("are not lost in a page that is reloaded", async () => {
    await ready();
    const old = main.invoke("nextCommand");
    main.window.webContents.emit("did-start-navigation", { isMainFrame: true, isSameDocument: false });
    main.chooseInMenu("New Notebook");
    expect(await old).toEqual({ ok: true, value: undefined });
    expect(await main.invoke("nextCommand")).toEqual({ ok: true, value: { type: "new-notebook" } });
  });

  it("are not lost when the window is closed and opened again", async () => {
    await ready();
    const old = main.invoke("nextCommand");
    main.window.emit("closed");
    main.chooseInMenu("New Notebook");
    expect(await old).toEqual({ ok: true, value: undefined });
    const [, reopened] = main.electron.BrowserWindow.opened;
    const next = main.invoke("nextCommand", [], { sender: reopened!.webContents });
    expect(await next).toEqual({ ok: true, value: { type: "new-notebook" } });
  });

  it("open a notebook that a second start names in the window that is there", async () => {
    const { electron } = await ready();
    writeFileSync(join(main.folder, "lab.ipynb"), "{}");
    main.window.minimized = true;
    electron.app.emit("second-instance", {}, ["meshbook", "--flag", "lab.ipynb"], main.folder);
    expect(main.window.done).toEqual(["restore", "focus"]);
    expect(await main.invoke("nextCommand")).toEqual({
      ok: true,
      value: { type: "open-file", file: { name: "lab.ipynb", content: new TextEncoder().encode("{}") } },
    });
  });

  it("open a notebook that macOS hands over before the app is ready", async () => {
    const { electron, folder } = await start();
    writeFileSync(join(folder, "lab.ipynb"), "{}");
    const event = { preventDefault: vi.fn() };
    electron.app.emit("open-file", event, join(folder, "lab.ipynb"));
    expect(event.preventDefault).toHaveBeenCalledOnce();
    expect(electron.BrowserWindow.opened).toEqual([]);
    await electron.systemIsReady();
    expect(await main.invoke("nextCommand")).toMatchObject({
      value: { type: "open-file", file: { name: "lab.ipynb" } },
    });
  });

  it("tell the user of a file that cannot be read, and the page gets the next command", async () => {
    const { electron } = await ready();
    mkdirSync(join(main.folder, "folder.ipynb"));
    electron.app.emit("second-instance", {}, ["meshbook", "folder.ipynb", "gone.ipynb"], main.folder);
    main.chooseInMenu("New Notebook");
    expect(await main.invoke("nextCommand")).toEqual({ ok: true, value: { type: "new-notebook" } });
    expect(main.called("showErrorBox")).toEqual([
      ["The file was not opened", "“folder.ipynb” was not opened: it is not a file."],
      ["The file was not opened", "“gone.ipynb” was not opened: it is not there any more."],
    ]);
  });

  it("open the window again when it was closed, as macOS has it", async () => {
    const { electron } = await ready();
    main.window.emit("closed");
    electron.app.emit("activate");
    expect(electron.BrowserWindow.opened).toHaveLength(2);
  });
});
