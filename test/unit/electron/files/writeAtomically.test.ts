import { fork } from "node:child_process";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fileError } from "../../../../electron/files/DesktopFileError.ts";
import { writeAtomically } from "../../../../electron/files/writeAtomically.ts";

let folder: string;
const at = (name: string) => join(folder, name);
const bytes = (text: string) => new TextEncoder().encode(text);
const text = (name: string) => readFileSync(at(name), "utf8");

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "meshbook-write-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("writeAtomically", () => {
  it("writes a new file and leaves nothing beside it", async () => {
    await writeAtomically(at("lab.ipynb"), bytes("new"));
    expect(text("lab.ipynb")).toBe("new");
    expect(readdirSync(folder)).toEqual(["lab.ipynb"]);
  });

  it("replaces a file and keeps its permissions", async () => {
    writeFileSync(at("lab.ipynb"), "old and longer");
    chmodSync(at("lab.ipynb"), 0o640);
    await writeAtomically(at("lab.ipynb"), bytes("new"));
    expect(text("lab.ipynb")).toBe("new");
    if (process.platform !== "win32") expect(statSync(at("lab.ipynb")).mode & 0o777).toBe(0o640);
  });

  // Windows lets only administrators make links.
  it.runIf(process.platform !== "win32")("writes through a link and keeps the link", async () => {
    mkdirSync(at("real"));
    writeFileSync(at("real/lab.ipynb"), "old");
    symlinkSync(at("real/lab.ipynb"), at("lab.ipynb"));
    await writeAtomically(at("lab.ipynb"), bytes("new"));
    expect(lstatSync(at("lab.ipynb")).isSymbolicLink()).toBe(true);
    expect(text("real/lab.ipynb")).toBe("new");
    expect(readdirSync(at("real"))).toEqual(["lab.ipynb"]);
  });

  it("takes names as long as the system does", async () => {
    const name = `${"a".repeat(249)}.ipynb`;
    await writeAtomically(at(name), bytes("new"));
    expect(readdirSync(folder)).toEqual([name]);
  });

  it("changes nothing and leaves nothing when the system refuses", async () => {
    mkdirSync(at("lab.ipynb"));
    await expect(writeAtomically(at("lab.ipynb"), bytes("new"))).rejects.toMatchObject({ code: "file-failed" });
    expect(readdirSync(folder)).toEqual(["lab.ipynb"]);
    await expect(writeAtomically(at("none/lab.ipynb"), bytes("new"))).rejects.toMatchObject({
      code: "file-failed",
      message: "“lab.ipynb” was not saved: it is not there any more.",
    });
  });

  it("shows every reader an old content or a new one whole, and leaves one when the process is killed", async () => {
    // Another process overwrites the file without a pause; this one reads it at whatever instant it gets to.
    writeFileSync(at("lab.ipynb"), new Uint8Array(SIZE).fill(48));
    const writer = fork(await bundleWriter(at("writer.mjs")), [at("lab.ipynb")]);
    const dead = new Promise((resolve) => writer.on("exit", resolve));
    const readWhole = (): number => {
      const content = readFileSync(at("lab.ipynb"));
      expect(content.byteLength).toBe(SIZE);
      expect(content.every((byte) => byte === content[0])).toBe(true);
      return content[0]!;
    };
    const seen = new Set<number>();
    while (seen.size < 10) {
      seen.add(readWhole());
      // Lets go of the processor: there may be only one.
      await new Promise(setImmediate);
    }
    writer.kill("SIGKILL");
    await dead;
    readWhole();
  });
});

const SIZE = 1_000_000;

/** A program that writes one file for ever, each time with another digit. */
async function bundleWriter(path: string): Promise<string> {
  const input = join(import.meta.dirname, "../../../../electron/files/writeAtomically.ts");
  const build = await rolldown({ input, platform: "node", cwd: join(import.meta.dirname, "../../../..") });
  const { output } = await build.generate({ format: "esm", codeSplitting: false });
  await build.close();
  const loop = `for (let n = 0; ; n += 1) await writeAtomically(process.argv[2], new Uint8Array(${SIZE}).fill(48 + (n % 10)));`;
  writeFileSync(path, `${output[0].code}\n${loop}`);
  return path;
}

describe("fileError", () => {
  it.each([
    ["ENOSPC", "disk-full", "“a” was not saved: the disk is full."],
    ["EDQUOT", "disk-full", "“a” was not saved: your disk quota is used up."],
    ["EACCES", "file-failed", "“a” was not saved: you have no permission for it."],
    ["EROFS", "file-failed", "“a” was not saved: the disk can only be read."],
    ["EIO", "file-failed", "“a” was not saved: EIO, write."],
    ["constructor", "file-failed", "“a” was not saved: constructor, write."],
  ])("says what %s means", (code, expected, message) => {
    const error = fileError("“a” was not saved", Object.assign(new Error(`${code}, write`), { code }));
    expect([error.code, error.message]).toEqual([expected, message]);
  });
});
