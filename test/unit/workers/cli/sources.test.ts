import { cp, mkdir, mkdtemp, rm, unlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

interface Sources {
  staleParts(names: readonly string[]): readonly string[];
  fingerprint(name: string): string;
  stampFile(name: string): string;
}

describe("staleParts", () => {
  let root: string;
  let sources: Sources;
  const file = (path: string): string => join(root, path);

  /** What a build of a part leaves. */
  const build = async (name: string, result: string): Promise<void> => {
    await mkdir(join(file(result), ".."), { recursive: true });
    await writeFile(file(result), "");
    await writeFile(sources.stampFile(name), sources.fingerprint(name));
  };

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "meshbook-sources-"));
    await Promise.all(["workers/cli", "shared/base", "renderer"].map((path) => mkdir(file(path), { recursive: true })));
    await cp(join(import.meta.dirname, "../../../../workers/cli/sources.mjs"), file("workers/cli/sources.mjs"));
    await writeFile(file("shared/base/ids.ts"), "export const a = 1;");
    await writeFile(file("renderer/vite.config.ts"), "");
    sources = (await import(file("workers/cli/sources.mjs"))) as Sources;
    await build("node", "dist/node/meshbook.mjs");
    await build("web", "dist/web/index.html");
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  const stale = () => sources.staleParts(["node", "web"]);

  it("is empty right after a build, and stays so", () => {
    expect(stale()).toEqual([]);
    expect(stale()).toEqual([]);
  });

  it.each([
    ["a changed source", () => writeFile(file("shared/base/ids.ts"), "export const a = 12;"), ["node", "web"]],
    ["an older source put back", () => utimes(file("shared/base/ids.ts"), 1, 1), ["node", "web"]],
    ["a new source", () => writeFile(file("shared/new.ts"), ""), ["node", "web"]],
    ["a removed source", () => unlink(file("shared/base/ids.ts")), ["node", "web"]],
    ["a source of the page alone", () => writeFile(file("renderer/main.tsx"), ""), ["web"]],
    ["a source of the command alone", () => writeFile(file("workers/cli/x.ts"), ""), ["node"]],
    ["a README", () => writeFile(file("shared/README.md"), ""), []],
    ["a missing result", () => unlink(file("dist/web/index.html")), ["web"]],
  ])("sees %s", async (_, change, expected) => {
    await change();
    expect(stale()).toEqual(expected);
  });

  it("takes a copy without sources as it is", async () => {
    await Promise.all(["shared", "renderer"].map((path) => rm(file(path), { recursive: true })));
    expect(stale()).toEqual([]);
  });
});
