// Files of the web build that a page gets when a cell first needs them.

import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { rolldown } from "rolldown";

const root = join(import.meta.dirname, "../..");
/** Below the hashed files of the page: they never change, and browsers keep them once they were needed. */
const WEB_FOLDER = "assets/later";

/**
 * Writes files into a finished web build, and an index with their addresses.
 * @param {string} outDir of the web build
 * @param {string} index name of the index
 * @param {readonly (readonly [role: string, name: string, content: string | Uint8Array])[]} contents
 */
export async function writeLateFiles(outDir, index, contents) {
  await mkdir(join(outDir, WEB_FOLDER), { recursive: true });
  const files = {};
  for (const [role, name, content] of contents) {
    const hash = createHash("sha256").update(content).digest("hex").slice(0, 12);
    const extension = extname(name);
    files[role] = `/${WEB_FOLDER}/${name.slice(0, -extension.length)}-${hash}${extension}`;
    await writeFile(join(outDir, files[role]), content);
  }
  await writeFile(join(outDir, index), JSON.stringify({ files }));
}

/**
 * A module that imports nothing: a worker of the runner frame can load nothing.
 * @param {string} input
 */
export async function bundleAlone(input) {
  const build = await rolldown({ cwd: root, input, platform: "browser", external: /^node:/, logLevel: "silent" });
  const { output } = await build.generate({ format: "esm", minify: true, codeSplitting: false });
  await build.close();
  return output[0].code;
}
