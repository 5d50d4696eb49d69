import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { firstNeededBy, neededCore, neededLibraries } from "./build/firstNeededBy.mjs";
import { promptTicks } from "./build/promptTicks.mjs";
import { completeBuild, paintFirst, preloadNotebook, printSizes } from "./build/webPlugins.mjs";

/** Where Vite puts files by itself. */
const ASSETS = "assets/[name]-[hash][extname]";

/** The web app: one page for the library and all notebooks, served by a class host or by the desktop app. */
export default defineConfig({
  base: "/",
  plugins: [react(), promptTicks(), paintFirst(), preloadNotebook(), printSizes(), completeBuild()],
  worker: {
    format: "es",
    rolldownOptions: {
      output: {
        // As of assets below.
        entryFileNames: ({ name }) =>
          name === "chartWorker" ? "assets/later/[name]-[hash].js" : "assets/[name]-[hash].js",
      },
    },
  },
  build: {
    outDir: "../dist/web",
    emptyOutDir: true,
    target: "es2022",
    // Every browser that runs the app preloads modules; the stand-in would be the only inline script.
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 800,
    rolldownOptions: {
      output: {
        // Kept for offline use when they are first needed, and not with the build (buildServiceWorker.mjs).
        assetFileNames: ({ names }) =>
          names.some((name) => /^(mermaid|duckdb)/.test(name)) ? "assets/later/[name]-[hash][extname]" : ASSETS,
        // Whatever the app's code loads with `import()` is a chunk of its own. These are for what would otherwise be torn
        // into many small ones, or be loaded with its first user although the second comes much later.
        codeSplitting: {
          groups: [
            { name: "react", test: /node_modules\/(react|react-dom|scheduler|use-sync-external-store|zustand)\// },
            { name: "document", test: /node_modules\/(yjs|lib0|y-protocols|fractional-indexing)\// },
            { name: "hashes", test: /node_modules\/@noble\/hashes\// },
            { name: "math", test: /node_modules\/(katex|marked-katex-extension)\// },
            { name: "prose", test: /node_modules\/(marked|dompurify)\// },
            {
              name: "editor",
              test: /node_modules\/(@codemirror\/(view|state|commands|search|language)|@lezer\/(common|highlight))\//,
            },
            { name: "webrtc", test: /node_modules\/(y-webrtc|simple-peer)\// },
            { name: "mqtt", test: /node_modules\/(mqtt|mqtt-packet|cborg)\// },
            { name: "dataflow", test: /node_modules\/(acorn|meriyah)\// },
            { name: neededLibraries },
            { name: neededCore },
            { name: firstNeededBy },
          ],
        },
      },
    },
  },
});
