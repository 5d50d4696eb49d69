// Node 20 cannot run TypeScript by itself; vite can.
import { join } from "node:path";
import { runnerImport } from "vite";

await runnerImport(join(import.meta.dirname, "shoot.ts"), { configFile: false, logLevel: "warn" });
