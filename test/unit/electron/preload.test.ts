import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DESKTOP_CHANNEL, DESKTOP_GLOBAL, DESKTOP_METHODS } from "#shared/contracts/page/desktopApi.ts";
import { rolldownEntries } from "../../support/desktop/bundles.ts";

type Exposed = Readonly<Record<string, (...args: unknown[]) => Promise<unknown>>>;

let folder: string;
let preload: string;
let main: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "meshbook-preload-"));
  const { bundleDesktop } = await rolldownEntries();
  await bundleDesktop(folder);
  preload = readFileSync(join(folder, "dist/electron/preload.cjs"), "utf8");
  main = readFileSync(join(folder, "dist/electron/main.mjs"), "utf8");
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the bundle as a sandboxed preload script is run: `require` gives Electron and nothing else, and there is no Node. */
function runPreload() {
  const exposed = new Map<string, Exposed>();
  const invoked: unknown[][] = [];
  const electron = {
    contextBridge: { exposeInMainWorld: (name: string, api: Exposed) => void exposed.set(name, api) },
    ipcRenderer: { invoke: (...args: unknown[]) => (invoked.push(args), Promise.resolve({ ok: true, value: 1 })) },
  };
  const require = (name: string): unknown => {
    if (name !== "electron") throw new Error(`a sandboxed preload script has no module ${name}`);
    return electron;
  };
  runInNewContext(preload, { require, exports: {}, module: { exports: {} } });
  return { exposed, invoked };
}

describe("the bundled preload script", () => {
  it("exposes exactly the methods of the contract, under one name", () => {
    const { exposed } = runPreload();
    expect([...exposed.keys()]).toEqual([DESKTOP_GLOBAL]);
    const bridge = exposed.get(DESKTOP_GLOBAL)!;
    expect(Object.keys(bridge).sort()).toEqual(Object.keys(DESKTOP_METHODS).sort());
    expect(Object.values(bridge).every((method) => typeof method === "function")).toBe(true);
  });

  it("passes every call through the one channel, with its method's name", async () => {
    const { exposed, invoked } = runPreload();
    for (const [method, call] of Object.entries(exposed.get(DESKTOP_GLOBAL)!)) {
      expect(await call("a", 1)).toEqual({ ok: true, value: 1 });
      expect(invoked.pop()).toEqual([DESKTOP_CHANNEL, method, "a", 1]);
    }
  });

  it("is one file that needs nothing but Electron", () => {
    expect(preload.match(/require\([^)]*\)/g)).toEqual(['require("electron")']);
  });
});

describe("the bundled entry", () => {
  it("needs nothing but Electron and Node, so that the package holds no node_modules", () => {
    const imported = [...main.matchAll(/^import .* from "([^"]+)";?$/gm)].map(([, name]) => name!);
    expect(imported).toContain("electron");
    expect(imported.filter((name) => name !== "electron" && !name.startsWith("node:"))).toEqual([]);
    expect(main).not.toMatch(/\brequire\(|\bimport\(/);
  });
});
