// The stage: the page's interface on a fake application, for looking at it and for taking pictures.
//   npx vite --config test/support/ui-stage/vite.config.ts      then open /?scene=notebook (scenes.ts lists them)

import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  cacheDir: "../../../node_modules/.vite-stage",
  build: {
    outDir: "../../../dist/stage",
    emptyOutDir: true,
    target: ["chrome123", "firefox120", "safari17.5"],
    assetsInlineLimit: 0,
    manifest: true,
  },
  server: { fs: { allow: ["../../.."] } },
});
