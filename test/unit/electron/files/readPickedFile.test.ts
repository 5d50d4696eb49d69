import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readPickedFile } from "../../../../electron/files/readPickedFile.ts";

let folder: string;
const at = (name: string) => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "meshbook-read-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("readPickedFile", () => {
  it("gives the name and the bytes, in an array of its own", async () => {
    writeFileSync(at("lab 1.ipynb"), "{}");
    const file = await readPickedFile(at("lab 1.ipynb"));
    expect(file).toEqual({ name: "lab 1.ipynb", content: new TextEncoder().encode("{}") });
    expect(Object.getPrototypeOf(file.content)).toBe(Uint8Array.prototype);
    expect(file.content.buffer.byteLength).toBe(2);
  });

  it("reads a file of several chunks, and an empty one", async () => {
    const bytes = Uint8Array.from({ length: 200_001 }, (_, index) => index % 251);
    writeFileSync(at("large.bin"), bytes);
    expect((await readPickedFile(at("large.bin"))).content).toEqual(bytes);
    writeFileSync(at("empty.md"), "");
    expect((await readPickedFile(at("empty.md"))).content).toEqual(new Uint8Array());
  });

  // Windows lets only administrators make links.
  it.runIf(process.platform !== "win32")("follows a link, because the user chose it", async () => {
    writeFileSync(at("target.md"), "text");
    symlinkSync(at("target.md"), at("link.md"));
    expect((await readPickedFile(at("link.md"))).name).toBe("link.md");
  });

  it("takes a file of the limit and refuses one byte more, without reading it", async () => {
    writeFileSync(at("ten.bin"), new Uint8Array(10));
    expect((await readPickedFile(at("ten.bin"), 10)).content.byteLength).toBe(10);
    await expect(readPickedFile(at("ten.bin"), 9)).rejects.toMatchObject({
      code: "too-large",
      message: "“ten.bin” is too large: at most 9 B can be opened.",
    });
  });

  it("refuses a file above 256 MiB", async () => {
    writeFileSync(at("huge.ipynb"), "");
    truncateSync(at("huge.ipynb"), 256 * 1024 * 1024 + 1);
    await expect(readPickedFile(at("huge.ipynb"))).rejects.toMatchObject({
      code: "too-large",
      message: "“huge.ipynb” is too large: at most 256.0 MiB can be opened.",
    });
  });

  it.runIf(process.platform === "linux")("stops at the limit in a file that says it is empty and is not", async () => {
    await expect(readPickedFile("/proc/self/status", 100)).rejects.toMatchObject({ code: "too-large" });
    expect((await readPickedFile("/proc/self/status")).content.byteLength).toBeGreaterThan(100);
  });

  it.runIf(process.platform !== "win32")("refuses what is not a file, and does not wait for a pipe", async () => {
    execFileSync("mkfifo", [at("pipe.ipynb")]);
    for (const path of [folder, "/dev/zero", at("pipe.ipynb")]) {
      await expect(readPickedFile(path)).rejects.toMatchObject({ code: "file-failed" });
    }
  });

  it("says that a file is gone", async () => {
    await expect(readPickedFile(at("gone.ipynb"))).rejects.toMatchObject({
      code: "file-failed",
      message: "“gone.ipynb” was not opened: it is not there any more.",
    });
  });
});
