import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { FUSES } from "../../../electron/security.ts";
import { repository } from "../../support/desktop/bundles.ts";

const read = (path: string) => readFileSync(join(repository, path), "utf8");
const configuration = read("electron-builder.yml");

/** The lines of one top-level section, without its name and comments. */
function section(name: string): readonly string[] {
  const lines = configuration.split("\n");
  const start = lines.indexOf(`${name}:`);
  expect(start, `electron-builder.yml has no section ${name}`).toBeGreaterThan(-1);
  const length = lines.slice(start + 1).findIndex((line) => !line.startsWith(" "));
  return lines
    .slice(start + 1, start + 1 + length)
    .map((line) => line.trim())
    .filter((line) => !line.startsWith("#"));
}

describe("electron-builder.yml", () => {
  it("sets the fuses that security.ts lists, and no others", () => {
    const fuses = section("electronFuses").map((line) => line.split(": "));
    expect(Object.fromEntries(fuses)).toEqual(
      Object.fromEntries(Object.entries(FUSES).map(([name, on]) => [name, String(on)])),
    );
  });

  it("packages the page and the bundles, and nothing that npm installed", () => {
    expect(section("files")).toEqual(["- dist/web/**", "- dist/electron/**", '- "!node_modules/**"']);
    expect(section("extraMetadata")).toContain("main: dist/electron/main.mjs");
  });

  it("hardens the macOS program and lets it compile JavaScript, nothing more", () => {
    expect(section("mac")).toContain("hardenedRuntime: true");
    const entitlements = [...read("electron/packaging/entitlements.plist").matchAll(/<key>(.*)<\/key>/g)];
    expect(entitlements.map(([, key]) => key)).toEqual(["com.apple.security.cs.allow-jit"]);
  });

  it("has an icon large enough for every system", () => {
    const icon = readFileSync(join(repository, "electron/packaging/icon.png"));
    expect([icon.toString("latin1", 1, 4), icon.readUInt32BE(16), icon.readUInt32BE(20)]).toEqual(["PNG", 1024, 1024]);
  });
});

describe("the installed Electron", () => {
  it("needs no download to be installed: its package has no install script", () => {
    const { scripts } = JSON.parse(read("node_modules/electron/package.json")) as { scripts?: Record<string, string> };
    expect(Object.keys(scripts ?? {})).toEqual([]);
  });
});

describe("launch.mjs", () => {
  it("is plain JavaScript that any supported Node reads", () => {
    execFileSync(process.execPath, ["--check", join(repository, "electron/launch.mjs")]);
  });
});
