// Draws the PNG icons from public/icon.svg: `node renderer/build/drawIcons.mjs`. To be run when the mark changes; the
// results are kept with the sources, because drawing needs a browser (MESHBOOK_CHROMIUM, or playwright's own).

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { chromium } from "playwright";

const folder = join(import.meta.dirname, "../public");

/** Systems cut a maskable icon to their own shape, and iOS rounds it: both get the colour to the edge. */
const ICONS = [
  { file: "icon-192.png", size: 192, scale: 1, background: "transparent" },
  { file: "icon-512.png", size: 512, scale: 1, background: "transparent" },
  { file: "icon-maskable-512.png", size: 512, scale: 0.82, background: "#5453d1" },
  { file: "apple-touch-icon.png", size: 180, scale: 1, background: "#5453d1" },
];

const svg = await readFile(join(folder, "icon.svg"), "utf8");
const executablePath = process.env.MESHBOOK_CHROMIUM;
const browser = await chromium.launch({ ...(executablePath ? { executablePath } : {}), args: ["--no-sandbox"] });
const page = await browser.newPage();
for (const { file, size, scale, background } of ICONS) {
  await page.setViewportSize({ width: size, height: size });
  const style = `margin:0;display:grid;place-items:center;height:${size}px;background:${background}`;
  await page.setContent(
    `<body style="${style}"><div style="width:${size * scale}px;line-height:0">${svg}</div></body>`,
  );
  await writeFile(join(folder, file), await page.screenshot({ omitBackground: true }));
}
await browser.close();
