import { describe, expect, it } from "vitest";
import { DESKTOP_METHODS, type DesktopApi } from "#shared/contracts/page/desktopApi.ts";
import { DesktopFileError } from "../../../../electron/files/DesktopFileError.ts";
import { handleDesktopCall, NAME_LIMIT, TEXT_LIMIT } from "../../../../electron/ipc/handleDesktopCall.ts";

/** Notes what it was called with. */
function recordingApi(overrides: Partial<DesktopApi> = {}) {
  const calls: unknown[][] = [];
  const api: DesktopApi = {
    openFile: (...args) => (calls.push(["openFile", ...args]), Promise.resolve(undefined)),
    saveFile: (...args) => (calls.push(["saveFile", ...args]), Promise.resolve(true)),
    copyText: (...args) => (calls.push(["copyText", ...args]), Promise.resolve()),
    nextCommand: (...args) => (calls.push(["nextCommand", ...args]), Promise.resolve({ type: "choose-file" } as const)),
    ...overrides,
  };
  return { api, calls };
}

describe("handleDesktopCall", () => {
  it.each([
    ["openFile", [[".IPYNB", "md"]], undefined, [["ipynb", "md"]]],
    ["openFile", [[]], undefined, [[]]],
    ["saveFile", ["a.md", new Uint8Array([1])], true, ["a.md", new Uint8Array([1])]],
    ["copyText", ["text"], undefined, ["text"]],
    ["nextCommand", [], { type: "choose-file" }, []],
  ])("calls %s with the arguments read", async (method, args, value, read) => {
    const { api, calls } = recordingApi();
    expect(await handleDesktopCall(api, method, args)).toEqual({ ok: true, value });
    expect(calls).toEqual([[method, ...read]]);
  });

  it("knows every method of the contract", async () => {
    const { api } = recordingApi();
    for (const method of Object.keys(DESKTOP_METHODS)) {
      const reply = await handleDesktopCall(api, method, ["wrong", "wrong", "wrong"]);
      expect(reply).toEqual({
        ok: false,
        code: "bad-call",
        message: `Wrong arguments for the desktop method ${method}.`,
      });
    }
  });

  it.each([
    ...["deleteFile", "constructor", "__proto__", "toString", "hasOwnProperty", "valueOf", "", "openfile", "openFile "],
    ...[undefined, null, 0, {}, ["openFile"], { toString: () => "openFile" }, Symbol("openFile")],
  ])("answers an unknown method (%#) with an error, never with nothing", async (method) => {
    const { api, calls } = recordingApi();
    const reply = await handleDesktopCall(api, method, []);
    expect(reply).toMatchObject({ ok: false, code: "bad-call" });
    expect(calls).toEqual([]);
  });

  it.each([
    ["openFile", []],
    ["openFile", ["ipynb"]],
    ["openFile", [["../a"]]],
    ["openFile", [["*"]]],
    ["openFile", [["ipynb", 1]]],
    ["openFile", [[""]]],
    ["openFile", [Array.from({ length: 17 }, () => "md")]],
    ["openFile", [["md"], "more"]],
    ["openFile", [{ length: 1, 0: "md" }]],
    ["saveFile", ["a.md"]],
    ["saveFile", [1, new Uint8Array()]],
    ["saveFile", ["a.md", "text"]],
    ["saveFile", ["a.md", [1, 2]]],
    ["saveFile", ["a.md", new ArrayBuffer(1)]],
    ["saveFile", ["a".repeat(NAME_LIMIT + 1), new Uint8Array()]],
    ["saveFile", ["a.md", new Uint8Array(), "/etc/passwd"]],
    ["copyText", []],
    ["copyText", [{ toString: () => "text" }]],
    ["copyText", ["a".repeat(TEXT_LIMIT + 1)]],
    ["nextCommand", ["more"]],
  ])("refuses wrong arguments for %s (%#)", async (method, args) => {
    const { api, calls } = recordingApi();
    expect(await handleDesktopCall(api, method, args)).toMatchObject({ ok: false, code: "bad-call" });
    expect(calls).toEqual([]);
  });

  it("refuses content above 256 MiB", async () => {
    const { api, calls } = recordingApi();
    // Untouched pages of a large array cost no memory.
    const content = new Uint8Array(256 * 1024 * 1024 + 1);
    expect(await handleDesktopCall(api, "saveFile", ["a.bin", content])).toMatchObject({ ok: false, code: "bad-call" });
    expect(await handleDesktopCall(api, "saveFile", ["a.bin", content.subarray(1)])).toEqual({ ok: true, value: true });
    expect(calls).toHaveLength(1);
  });

  it("tells a failed file by its code, and a fault in the app as failed", async () => {
    const fail = (error: Error) => recordingApi({ openFile: () => Promise.reject(error) }).api;
    const large = new DesktopFileError("too-large", "“a” is too large.");
    expect(await handleDesktopCall(fail(large), "openFile", [[]])).toEqual({
      ok: false,
      code: "too-large",
      message: "“a” is too large.",
    });
    expect(await handleDesktopCall(fail(new TypeError("oops")), "openFile", [[]])).toEqual({
      ok: false,
      code: "failed",
      message: "oops",
    });
  });

  it("answers too when a method throws before it gives a promise", async () => {
    const { api } = recordingApi({
      copyText: () => {
        throw new Error("no clipboard");
      },
    });
    expect(await handleDesktopCall(api, "copyText", ["a"])).toEqual({
      ok: false,
      code: "failed",
      message: "no clipboard",
    });
  });
});
