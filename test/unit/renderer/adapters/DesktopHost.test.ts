import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  DESKTOP_GLOBAL,
  DESKTOP_METHODS,
  type DesktopBridge,
  type DesktopCommand,
  type DesktopReply,
} from "#shared/contracts/page/desktopApi.ts";
import { CommandQueue } from "../../../../electron/ipc/CommandQueue.ts";
import { DesktopHost, findDesktopBridge } from "../../../../renderer/adapters/DesktopHost.ts";
import { desktopBridge, PlayedSystem } from "../../../support/desktop/desktopBridge.ts";

/** A bridge whose every call is answered with `reply`, whatever it is. */
const answering = (reply: unknown): DesktopBridge => {
  const call = (): Promise<DesktopReply> => Promise.resolve(reply as DesktopReply);
  return { openFile: call, saveFile: call, copyText: call, nextCommand: call };
};

const reportError = vi.fn();
beforeEach(() => {
  // Node has no such global; every browser has.
  vi.stubGlobal("reportError", reportError.mockReset());
});
afterEach(() => vi.unstubAllGlobals());

describe("findDesktopBridge", () => {
  const methods = Object.fromEntries(Object.keys(DESKTOP_METHODS).map((method) => [method, () => {}]));

  it("finds what the preload script exposes, and nothing in a browser", () => {
    expect(findDesktopBridge({ [DESKTOP_GLOBAL]: methods })).toBe(methods);
    expect(findDesktopBridge({})).toBeUndefined();
  });

  it("takes nothing that lacks a method: an older app with a newer page", () => {
    expect(findDesktopBridge({ [DESKTOP_GLOBAL]: { ...methods, nextCommand: undefined } })).toBeUndefined();
    expect(findDesktopBridge({ [DESKTOP_GLOBAL]: "yes" })).toBeUndefined();
  });
});

describe("DesktopHost", () => {
  it("turns failures into the errors of the ports", async () => {
    const host = (code: string) => new DesktopHost(answering({ ok: false, code, message: "“a” failed." }));
    const content = new Uint8Array();
    await expect(host("too-large").chooseFile([])).rejects.toMatchObject({ code: "bad-input", message: "“a” failed." });
    await expect(host("disk-full").saveFile("a", content)).rejects.toMatchObject({ code: "storage-full" });
    await expect(host("file-failed").saveFile("a", content)).rejects.toMatchObject({ code: "storage-unavailable" });
    await expect(host("a newer code").saveFile("a", content)).rejects.toMatchObject({ code: "storage-unavailable" });
    expect(await host("failed").copyText("a")).toBe(false);
  });

  it.each([undefined, null, "ok", {}, { ok: "true" }, { ok: 1, value: true }, []])(
    "takes the answer %j for a failure",
    async (reply) => {
      const host = new DesktopHost(answering(reply));
      expect(await host.copyText("a")).toBe(false);
      await expect(host.saveFile("a", new Uint8Array())).rejects.toMatchObject({
        code: "storage-unavailable",
        message: "The desktop app did not answer.",
      });
    },
  );

  it.each([{}, { name: "a" }, { name: 1, content: new Uint8Array() }, { name: "a", content: [1] }, "a", 1])(
    "refuses %j as a file",
    async (value) => {
      const host = new DesktopHost(answering({ ok: true, value }));
      await expect(host.chooseFile([])).rejects.toMatchObject({ code: "bad-input" });
    },
  );

  it("says saved only when told so", async () => {
    expect(await new DesktopHost(answering({ ok: true })).saveFile("a", new Uint8Array())).toBe(false);
  });
});

describe("DesktopHost.onCommand", () => {
  /** A host on a real queue, and the next command that a listener gets. */
  function openHost() {
    const commands = new CommandQueue();
    const system = new PlayedSystem();
    const host = new DesktopHost(desktopBridge(system, commands));
    const heard: DesktopCommand[] = [];
    const listen = () => host.onCommand((command) => void heard.push(command));
    const hearing = (count: number) => vi.waitFor(() => expect(heard).toHaveLength(count), { interval: 1 });
    return { host, commands, system, heard, listen, hearing };
  }

  it("hears every command in order, those from before it listened too", async () => {
    const { commands, heard, listen, hearing } = openHost();
    commands.push({ type: "new-notebook" });
    listen();
    await hearing(1);
    commands.push({ type: "choose-file" });
    commands.push({ type: "show-shortcuts" });
    await hearing(3);
    expect(heard.map(({ type }) => type)).toEqual(["new-notebook", "choose-file", "show-shortcuts"]);
  });

  it("hears of an opened file with its bytes", async () => {
    const folder = mkdtempSync(join(tmpdir(), "meshbook-command-"));
    writeFileSync(join(folder, "lab.ipynb"), "{}");
    const { commands, heard, listen, hearing } = openHost();
    listen();
    commands.push({ type: "open-path", path: join(folder, "lab.ipynb") });
    await hearing(1);
    const file = { name: "lab.ipynb", content: new TextEncoder().encode("{}") };
    expect(heard).toEqual([{ type: "open-file", file }]);
    rmSync(folder, { recursive: true });
  });

  it("keeps what comes between two listeners for the second", async () => {
    const { commands, heard, listen, hearing } = openHost();
    const stop = listen();
    commands.push({ type: "new-notebook" });
    await hearing(1);
    stop();
    commands.push({ type: "choose-file" });
    await new Promise(setImmediate);
    expect(heard).toHaveLength(1);
    listen();
    await hearing(2);
    expect(heard[1]).toEqual({ type: "choose-file" });
  });

  it("goes on after a listener that throws, and reports it", async () => {
    const { host, commands, heard, listen, hearing } = openHost();
    const stop = host.onCommand(() => {
      throw new Error("broken command");
    });
    commands.push({ type: "new-notebook" });
    await vi.waitFor(() => expect(reportError).toHaveBeenCalledOnce(), { interval: 1 });
    stop();
    listen();
    commands.push({ type: "choose-file" });
    await hearing(1);
    expect(heard).toEqual([{ type: "choose-file" }]);
  });

  it("passes over commands it does not know", async () => {
    const replies = [{ type: "from-the-future" }, { type: "open-file", file: "a" }, 7, { type: "save-copy" }];
    const bridge = {
      ...answering({}),
      nextCommand: () => Promise.resolve({ ok: true, value: replies.shift() } as const),
    };
    const heard: DesktopCommand[] = [];
    new DesktopHost(bridge).onCommand((command) => void heard.push(command));
    await vi.waitFor(() => expect(replies).toHaveLength(0), { interval: 1 });
    await new Promise(setImmediate);
    expect(heard).toEqual([{ type: "save-copy" }]);
  });

  it("stops asking when the app fails, and says so", async () => {
    const nextCommand = vi.fn(() => Promise.reject(new Error("the app is gone")));
    new DesktopHost({ ...answering({}), nextCommand }).onCommand(() => {});
    await vi.waitFor(() => expect(reportError).toHaveBeenCalledOnce(), { interval: 1 });
    expect(nextCommand).toHaveBeenCalledOnce();
  });
});
