// Makes the program that draws Observable Plot's charts in a kernel.

import { bundleAlone, writeLateFiles } from "../later/lateFiles.mjs";

/**
 * Writes it into a finished web build, and plot.json with its address.
 * @param {string} outDir of the web build
 */
export async function buildPlot(outDir) {
  await writeLateFiles(outDir, "plot.json", await plotFiles());
}

/** @returns {Promise<(readonly [role: string, name: string, content: string | Uint8Array])[]>} */
export async function plotFiles() {
  return [["engine", "plot.mjs", await bundleAlone("workers/plot/plotEngine.ts")]];
}
