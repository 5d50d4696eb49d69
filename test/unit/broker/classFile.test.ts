import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openClass } from "../../../broker/classFile.ts";

describe("openClass", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "meshbook-class-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("makes a class once and keeps it", async () => {
    const first = await openClass(folder, undefined);
    expect(first.name).toMatch(/^Class on /);
    expect(await openClass(folder, undefined)).toEqual(first);
  });

  it("renames the class and keeps its room", async () => {
    const first = await openClass(folder, undefined);
    expect(await openClass(folder, "Physics 2b")).toEqual({ ...first, name: "Physics 2b" });
    expect(await openClass(folder, undefined)).toEqual({ ...first, name: "Physics 2b" });
    expect((await openClass(folder, "  ")).name).toBe("Physics 2b");
  });

  // Windows has no file modes.
  it.skipIf(process.platform === "win32")("lets nobody else read the secret", async () => {
    await openClass(folder, undefined);
    expect((await stat(join(folder, "class.json"))).mode & 0o777).toBe(0o600);
  });

  it.each(["", "{", "{}", "null", '{"room":"x","secret":"y","name":"z"}'])(
    "never replaces a damaged file: %j",
    async (text) => {
      const path = join(folder, "class.json");
      await writeFile(path, text);
      await expect(openClass(folder, undefined)).rejects.toMatchObject({ code: "host-start" });
      expect(await readFile(path, "utf8")).toBe(text);
    },
  );
});
