import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "./bundles.ts";

/** The path of Electron's program if it was downloaded; asking its package would start the download. */
export function findElectron(): string | undefined {
  const installed = join(repository, "node_modules/electron");
  const name = join(installed, "path.txt");
  if (!existsSync(name)) return undefined;
  const folder = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(installed, "dist");
  const path = join(folder, readFileSync(name, "utf8"));
  return existsSync(path) ? path : undefined;
}
