// The bundles of the desktop app, in rolldown's form: `dist/electron/main.mjs` and `dist/electron/preload.cjs`. Each holds
// all it needs, so that the packaged app contains no `node_modules`.

import { builtinModules } from "node:module";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const provided = ["electron", /^node:/, ...builtinModules];

/** A sandboxed preload script is one CommonJS file: its `require` knows Electron and nothing else. */
const preload = {
  cwd: root,
  input: { preload: "electron/preload.ts" },
  platform: "browser",
  external: ["electron"],
  output: { dir: "dist/electron", format: "cjs", entryFileNames: "[name].cjs", codeSplitting: false },
};

const main = {
  cwd: root,
  input: { main: "electron/main.ts" },
  platform: "node",
  external: provided,
  output: { dir: "dist/electron", format: "esm", entryFileNames: "[name].mjs", codeSplitting: false },
};

export const desktopBundles = [main, preload];

/** Writes the bundles below `folder`, the repository's root unless a test wants them elsewhere. */
export async function bundleDesktop(folder = root) {
  const { rolldown } = await import("rolldown");
  for (const { output, ...input } of desktopBundles) {
    const bundle = await rolldown({ ...input, logLevel: "warn" });
    await bundle.write({ ...output, dir: join(folder, output.dir) });
    await bundle.close();
  }
}
