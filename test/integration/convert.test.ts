import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { CommanderError } from "commander";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { readMeshbookFile, type MeshbookFile } from "#shared/exchange/readMeshbookFile.ts";
import { convertCommand } from "../../workers/cli/convert.ts";
import { fixture, NOTEBOOKS, notebookJson, textOf } from "../support/fixtures.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "meshbook-convert-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command in this process; what would end the process comes back as its exit code. */
async function run(...args: readonly string[]): Promise<Ran> {
  let [code, out, err] = [0, "", ""];
  const command = convertCommand().exitOverride();
  command.configureOutput({ writeErr: (line) => (err += line), writeOut: (line) => (out += line) });
  const log = vi.spyOn(console, "log").mockImplementation((line: string) => void (out += `${line}\n`));
  const error = vi.spyOn(console, "error").mockImplementation((line: string) => void (err += `${line}\n`));
  try {
    await command.parseAsync(args, { from: "user" });
  } catch (failure) {
    if (!(failure instanceof CommanderError)) throw failure;
    code = failure.exitCode;
  } finally {
    log.mockRestore();
    error.mockRestore();
  }
  return { code, out, err };
}

const at = (name: string): string => join(folder, name);
const put = (name: string, content: string | Uint8Array): Promise<void> => writeFile(at(name), content);

describe("meshbook convert", () => {
  it("gives .ipynb back byte for byte, and says how many cells", async () => {
    for (const name of NOTEBOOKS.filter((one) => !/^(?:broken|jupyter-v)/.test(one))) {
      await put(name, fixture(name));
      const { code, out } = await run(at(name), at("out.ipynb"));
      expect([code, await readFile(at("out.ipynb"), "utf8")]).toEqual([0, textOf(fixture(name))]);
      expect(out).toMatch(/out\.ipynb: \d+ cells?\n$/);
    }
    expect((await readdir(folder)).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  it("goes to text formats and back, and reports in JSON what was left out", async () => {
    await put("a.ipynb", fixture("jupyter-4.5.ipynb"));
    for (const format of ["md", "py", "js"]) {
      const { code, out, err } = await run(at("a.ipynb"), at(`b.${format}`), "--json");
      expect([code, err]).toEqual([0, ""]);
      expect(out.trimEnd().split("\n")).toHaveLength(1);
      expect(JSON.parse(out)).toEqual({
        in: at("a.ipynb"),
        out: at(`b.${format}`),
        cells: 10,
        warnings: [expect.stringContaining("outputs of cells"), expect.stringContaining("attachments of cell 1")],
      });
      expect((await run(at(`b.${format}`), at("c.ipynb"))).code).toBe(0);
      const back = notebookJson(await readFile(at("c.ipynb"), "utf8"));
      const source = notebookJson(textOf(fixture("jupyter-4.5.ipynb")));
      expect(back.nbformat_minor).toBe(5);
      expect(back.metadata["title"]).toBe("A session");
      expect(back.cells.map((cell) => [cell["cell_type"], cell["source"]])).toEqual(
        source.cells.map((cell) => [cell["cell_type"], cell["source"]]),
      );
    }
  });

  it("says repairs on standard error", async () => {
    await put("a.ipynb", fixture("broken-ids-4.5.ipynb"));
    const { err } = await run(at("a.ipynb"), at("b.ipynb"));
    expect(err).toContain("warning: cell 3 had no id and got one\n");
  });

  it.each([
    ["cut.ipynb", '{"cells": [\n {"cell', "line 2, column 3: this text is never closed: the file seems to be cut off"],
    ["list.ipynb", "[]", "top level: a notebook must be an object"],
    ["page.ipynb", "<html>", "this is a web page, not a notebook; download the notebook file itself"],
  ])("refuses a malformed file with the reason and the place: %s", async (name, content, reason) => {
    await put(name, content);
    await put("out.ipynb", "old");
    const { code, err } = await run(at(name), at("out.ipynb"));
    expect([code, err]).toEqual([1, `meshbook convert: ${at(name)}: ${reason}\n`]);
    expect(await readFile(at("out.ipynb"), "utf8")).toBe("old");
  });

  it("says in one line what is wrong with its arguments", async () => {
    await put("a.ipynb", fixture("jupyter-4.5.ipynb"));
    const message = async (...args: readonly string[]): Promise<string> => {
      const { code, err } = await run(...args);
      expect(code).toBe(1);
      expect(err.trimEnd().split("\n")).toHaveLength(1);
      return err.replaceAll(`${folder}/`, "").trimEnd();
    };
    expect(await message(at("none.ipynb"), at("b.md"))).toBe("meshbook convert: none.ipynb: no such file or folder");
    expect(await message(at("a.ipynb"), at("no/b.md"))).toBe("meshbook convert: no/b.md: no such file or folder");
    await mkdir(at("dir.md"));
    expect(await message(at("a.ipynb"), at("dir.md"))).toBe("meshbook convert: dir.md: is a folder; name a file");
    expect(await message(at("a.txt"), at("b.md"))).toBe(
      "meshbook convert: a.txt: the name does not tell the format; say it by --from (ipynb, md, py, js, meshbook)",
    );
    expect(await message(at("a.ipynb"), "-")).toBe(
      "meshbook convert: -: no file name tells the format; say it by --to (ipynb, md, py, js, meshbook)",
    );
    expect(await message(at("a.ipynb"), at("b.x"), "--to", "pdf")).toContain(
      "Allowed choices are ipynb, md, py, js, meshbook.",
    );
  });

  it("does not replace the file it reads, by whatever name, unless forced", async () => {
    await put("a.py", "# %%\n1\n");
    await symlink(at("a.py"), at("link.py"));
    expect((await run(at("a.py"), at("link.py"))).err).toContain("OUT is IN; name another file, or say --force");
    expect((await run(at("a.py"), at("link.py"), "--force", "--to", "ipynb")).code).toBe(0);
    expect(notebookJson(await readFile(at("a.py"), "utf8")).cells).toHaveLength(1);
    expect((await stat(at("link.py"))).isFile()).toBe(true);
  });

  it.skipIf(process.platform === "win32")("replaces OUT whole and keeps its permissions", async () => {
    await put("a.py", "# %%\n1\n");
    await put("b.md", "old");
    await chmod(at("b.md"), 0o640);
    expect((await run(at("a.py"), at("b.md"))).code).toBe(0);
    expect(await readFile(at("b.md"), "utf8")).toBe("```python\n1\n```\n");
    expect((await stat(at("b.md"))).mode & 0o777).toBe(0o640);
  });
});

const LAUNCHER = fileURLToPath(new URL("../../workers/cli/meshbook.mjs", import.meta.url));

describe("the meshbook command", () => {
  it("converts standard input to standard output, the report on standard error", async () => {
    const child = spawn(process.execPath, [
      LAUNCHER,
      "convert",
      "-",
      "-",
      "--from",
      "ipynb",
      "--to",
      "ipynb",
      "--json",
    ]);
    const [out, err] = [text(child.stdout), text(child.stderr)];
    child.stdin.end(fixture("jupyter-4.5.ipynb"));
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect(await out).toBe(textOf(fixture("jupyter-4.5.ipynb")));
    expect(JSON.parse((await err).trimEnd().split("\n").at(-1)!)).toEqual({
      in: "-",
      out: "-",
      cells: 10,
      warnings: [],
    });
    expect(code).toBe(0);
  });

  it("ends with code 1 and one line for a file that is no notebook", async () => {
    await put("a.ipynb", "{}");
    const ended = await new Promise<Ran>((resolve) => {
      execFile(process.execPath, [LAUNCHER, "convert", at("a.ipynb"), at("b.md")], (error, out, err) => {
        resolve({ code: Number(error?.code ?? 0), out, err });
      });
    });
    expect(ended.code).toBe(1);
    expect(ended.err.trimEnd().split("\n").at(-1)).toBe(
      `meshbook convert: ${at("a.ipynb")}: top level: \`nbformat\` is missing or is no number: this is no Jupyter notebook`,
    );
    expect(existsSync(at("b.md"))).toBe(false);
  });

  it("goes to a .meshbook file and back, byte for byte, with its large outputs", async () => {
    await put("a.ipynb", fixture("jupyter-4.5.ipynb"));
    const made = await run(at("a.ipynb"), at("b.meshbook"));
    expect([made.code, made.err, made.out]).toEqual([0, "", `${at("b.meshbook")}: 10 cells\n`]);
    expect((await run(at("b.meshbook"), at("c.ipynb"))).code).toBe(0);
    expect(await readFile(at("c.ipynb"), "utf8")).toBe(textOf(fixture("jupyter-4.5.ipynb")));
    // The same notebook still: what is edited in one of the two files' places merges.
    expect((await run(at("b.meshbook"), at("d.meshbook"))).code).toBe(0);
    const [one, other] = [await opened(at("b.meshbook")), await opened(at("d.meshbook"))];
    expect(other.manifest.room).toBe(one.manifest.room);
    expect(other.manifest.digest).toBe(one.manifest.digest);
    expect(one.manifest.key).toBeUndefined();
  });

  it("refuses a damaged .meshbook file in one line, with the place", async () => {
    await put("a.ipynb", fixture("jupyter-4.5.ipynb"));
    await run(at("a.ipynb"), at("b.meshbook"));
    const file = await readFile(at("b.meshbook"));
    file[file.length >> 1]! ^= 1;
    await put("b.meshbook", file);
    const { code, out, err } = await run(at("b.meshbook"), at("c.ipynb"));
    expect([code, out]).toEqual([1, ""]);
    expect(err).toMatch(/^meshbook convert: .*b\.meshbook: byte \d+: the file is damaged here .*\n$/);
    expect(existsSync(at("c.ipynb"))).toBe(false);
  });
});

async function opened(path: string): Promise<MeshbookFile> {
  const read = await readMeshbookFile(await readFile(path));
  if (!read.ok) throw read.error;
  return read.value;
}
