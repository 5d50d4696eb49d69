// Builds the runner frame: one page without a single reference to anything outside it, since its policy forbids to load.

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { rolldown } from "rolldown";

const root = join(import.meta.dirname, "../..");

/**
 * Builds the frame and the kernel worker into one page.
 * @returns {Promise<string>} the page; must be served with `RUNNER_HEADERS`
 */
export async function bundleRunner() {
  const [worker, frame] = await Promise.all([
    bundle("workers/kernel/kernelWorker.ts"),
    bundle("workers/frame/runnerFrame.ts"),
  ]);
  const json = JSON.stringify(worker).replaceAll("<", "\\u003c");
  return [
    "<!doctype html>",
    '<html lang="en">',
    '<meta charset="utf-8">',
    "<title>Meshbook runner</title>",
    `<script type="application/json" id="kernel-worker">${json}</script>`,
    `<script>${frame.replaceAll("</script", "<\\/script")}</script>`,
    "</html>\n",
  ].join("\n");
}

/** Cells show values with the names of their classes. */
const MINIFY = {
  mangle: { keepNames: { class: true, function: false } },
  compress: { keepNames: { class: true, function: false } },
};

/**
 * Writes `runner.html` into `outDir`.
 * @param {string} outDir folder, made if it is not there
 */
export async function buildRunner(outDir) {
  const page = await bundleRunner();
  await mkdir(outDir, { recursive: true });
  await writeFile(join(outDir, "runner.html"), page);
}

async function bundle(input) {
  // Pyodide names modules of Node that it never asks for in a browser.
  const build = await rolldown({ cwd: root, input, platform: "browser", external: /^(node:|ws$)/, logLevel: "warn" });
  const { output } = await build.generate({ format: "iife", minify: MINIFY, codeSplitting: false });
  await build.close();
  return output[0].code;
}
