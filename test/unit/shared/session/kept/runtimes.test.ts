import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, it } from "vitest";
import { OWN_PYTHON, runtimeAt } from "#shared/session/kept/runtimes.ts";

it("knows the Python that this build has", () => {
  const lock = createRequire(import.meta.url).resolve("pyodide/pyodide-lock.json");
  const { info } = JSON.parse(readFileSync(lock, "utf8")) as { info: { python: string } };
  expect(OWN_PYTHON).toBe(info.python);
});

it("goes by what an agent says of itself", () => {
  expect(runtimeAt("python", { versions: { python: "3.12.1" } })).toBe("python 3.12.1");
  expect(runtimeAt("python", {})).toBe(`python ${OWN_PYTHON}`);
});
