import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isRecord } from "#shared/base/parse.ts";

/** Two folders up from here, whether this runs from `workers/cli` or, built, from `dist/node`. */
const root = join(import.meta.dirname, "..", "..");

/** The folder of the build. */
export const dist = join(root, "dist");

export const version = readVersion();

function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return isRecord(manifest) && typeof manifest["version"] === "string" ? manifest["version"] : "0.0.0";
}
