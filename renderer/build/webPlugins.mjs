// What the web build does beside bundling the page.

import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { buildServiceWorker } from "./buildServiceWorker.mjs";

const root = join(import.meta.dirname, "../..");

/**
 * Completes a build: the runner frame, Python's and SQL's files, then the service worker, which must know all files.
 * @returns {import("vite").Plugin}
 */
export function completeBuild() {
  let outDir = "";
  return {
    name: "meshbook-complete-build",
    apply: "build",
    configResolved: (config) => {
      outDir = resolve(config.root, config.build.outDir);
    },
    closeBundle: {
      sequential: true,
      handler: async () => {
        const runner = join(root, "workers/frame/buildRunner.mjs");
        if (existsSync(runner)) await (await import(runner)).buildRunner(outDir);
        const python = join(root, "workers/python/buildPython.mjs");
        if (existsSync(python)) (await import(python)).copyPython(join(root, "dist/python"), outDir);
        const sql = join(root, "workers/sql/buildSql.mjs");
        if (existsSync(sql)) await (await import(sql)).buildSql(outDir);
        const plot = join(root, "workers/plot/buildPlot.mjs");
        if (existsSync(plot)) await (await import(plot)).buildPlot(outDir);
        await buildServiceWorker(outDir);
      },
    },
  };
}

/**
 * Lets the style sheet come before the programs, so that something is painted while they load.
 * @returns {import("vite").Plugin}
 */
export function paintFirst() {
  return {
    name: "meshbook-paint-first",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler: (html) => html.replaceAll('<script type="module"', '<script type="module" fetchpriority="low"'),
    },
  };
}

/** What a notebook's page loads besides the library's: its own view, and its editors. */
const NOTEBOOK_PARTS = [/\/notebook\/NotebookPage\.tsx$/, /\/cell\/editor\/CodeEditor\.tsx$/];

/**
 * Writes `notebook.html`: the same page for the addresses of notebooks, which fetches what notebooks need beside what the
 * library needs, instead of after it has run.
 * @returns {import("vite").Plugin}
 */
export function preloadNotebook() {
  return {
    name: "meshbook-preload-notebook",
    apply: "build",
    enforce: "post",
    generateBundle(_, bundle) {
      const page = bundle["index.html"];
      const chunks = Object.values(bundle).filter((file) => file.type === "chunk");
      const parts = NOTEBOOK_PARTS.map((part) => chunks.find((chunk) => chunk.moduleIds.some((id) => part.test(id))));
      if (parts.includes(undefined)) this.error("a part of the notebook's page has another name now");
      const html = String(page.source);
      const names = [...importedAtOnce(chunks, (chunk) => parts.includes(chunk))].filter(
        (name) => !html.includes(name),
      );
      const styles = chunks
        .filter((chunk) => names.includes(chunk.fileName))
        .flatMap((chunk) => [...(chunk.viteMetadata?.importedCss ?? [])]);
      const links = [
        ...styles.map((name) => `<link rel="preload" as="style" crossorigin href="/${name}" />`),
        ...names.map((name) => `<link rel="modulepreload" fetchpriority="low" crossorigin href="/${name}" />`),
      ];
      const source = html.replace("  </head>", `${links.map((link) => `    ${link}\n`).join("")}  </head>`);
      this.emitFile({ type: "asset", fileName: "notebook.html", source });
    },
  };
}

/**
 * Prints what the browser loads before anything is asked of it, and all of it, when MESHBOOK_SIZES is set.
 * @returns {import("vite").Plugin}
 */
export function printSizes() {
  return {
    name: "meshbook-print-sizes",
    apply: () => process.env.MESHBOOK_SIZES !== undefined,
    generateBundle(_, bundle) {
      const chunks = Object.values(bundle).filter((file) => file.type === "chunk");
      const size = (chunk) => gzipSync(chunk.code).length;
      const first = importedAtOnce(chunks, (chunk) => chunk.isEntry);
      const kib = (sizes) => `${(sizes.reduce((sum, one) => sum + one, 0) / 1024).toFixed(1)} KiB`;
      const lines = chunks
        .map((chunk) => ({ chunk, bytes: size(chunk) }))
        .sort((one, other) => other.bytes - one.bytes)
        .map(
          ({ chunk, bytes }) => `${first.has(chunk.fileName) ? "first" : "later"} ${kib([bytes])} ${chunk.fileName}`,
        );
      const firstSizes = chunks.filter((chunk) => first.has(chunk.fileName)).map(size);
      lines.push(`JavaScript of the first load: ${kib(firstSizes)} gzipped; all: ${kib(chunks.map(size))}`);
      process.stderr.write(`${lines.join("\n")}\n`);
    },
  };
}

/** Names of the chunks that are `wanted` and of everything they import at once. */
function importedAtOnce(chunks, wanted) {
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const names = new Set();
  const add = (name) => {
    if (names.has(name) || !byName.has(name)) return;
    names.add(name);
    for (const imported of byName.get(name).imports) add(imported);
  };
  for (const chunk of chunks) if (wanted(chunk)) add(chunk.fileName);
  return names;
}
