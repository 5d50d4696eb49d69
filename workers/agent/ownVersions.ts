import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { isRecord } from "#shared/base/parse.ts";
import { isLabel, type AgentLabels } from "#shared/ports/agentLabels.ts";

const PACKAGE = fileURLToPath(new URL("../../package.json", import.meta.url));
const PYTHON = fileURLToPath(new URL("../python/python.json", import.meta.url));

/** Of what executes cells here, as labels that jobs can ask for. What cannot be read is left out. */
export function ownVersions(languages: readonly string[]): AgentLabels {
  const require = createRequire(import.meta.url);
  const found: Readonly<Record<string, unknown>> = {
    meshbook: fieldOf(PACKAGE, "version"),
    deno: fieldOf(() => require.resolve("deno/package.json"), "version"),
    ...(languages.includes("python") ? { python: fieldOf(PYTHON, "python") } : {}),
  };
  return Object.fromEntries(Object.entries(found).filter((entry): entry is [string, string] => isLabel(...entry)));
}

function fieldOf(file: string | (() => string), field: string): unknown {
  try {
    const value: unknown = JSON.parse(readFileSync(typeof file === "string" ? file : file(), "utf8"));
    return isRecord(value) ? value[field] : undefined;
  } catch {
    return undefined;
  }
}
