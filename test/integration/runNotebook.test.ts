// `meshbook run`, in real slots.

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureBuilt } from "../support/built.ts";
import { makeWheel } from "../support/packages/makeWheel.ts";
import { ModuleServer } from "../support/packages/ModuleServer.ts";
import { runMeshbook } from "../support/startHost.ts";

interface IpynbCell {
  readonly source: string | readonly string[];
  readonly outputs: readonly {
    readonly output_type: string;
    readonly text?: readonly string[];
    readonly ename?: string;
  }[];
  readonly metadata: { readonly tags?: readonly string[] };
}

let folder = "";
beforeAll(async () => {
  await ensureBuilt("node");
  folder = await mkdtemp(join(tmpdir(), "meshbook-run-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function put(name: string, ...cells: readonly string[]): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, cells.map((cell) => `// %%\n${cell}\n`).join("\n"));
  return path;
}

async function cellsOf(path: string): Promise<readonly IpynbCell[]> {
  // reason: what the command under test wrote.
  return (JSON.parse(await readFile(path, "utf8")) as { readonly cells: readonly IpynbCell[] }).cells;
}

describe("meshbook run", () => {
  it("prints what the cells print and show, each after what it needs", async () => {
    const file = await put("order.js", 'console.log("second", first)', 'const first = "here"', "first.length");
    const { code, out, error } = await runMeshbook(["run", file]);
    expect({ code, out, error }).toEqual({ code: 0, out: "second here\n4\n", error: "" });
  });

  it("names cells by their place in an error, as nobody sees their ids", async () => {
    const circle = await runMeshbook([
      "run",
      await put("circle.js", "1", "const a = b + 1", "const b = a + 1"),
      "--json",
    ]);
    expect(JSON.parse(circle.out)).toMatchObject({
      failed: { message: expect.stringMatching(/need one another: cell 2, cell 3\./) as string },
    });
    const either = await runMeshbook(["run", await put("either.js", "zz", "var zz = 1", "var zz = 2")]);
    expect(either).toMatchObject({
      code: 1,
      error: expect.stringContaining("below by cell 2 and cell 3: move") as string,
    });
  });

  it("runs what Jupyter makes of commands of IPython, but for those that need its computer", async () => {
    const notebook = async (name: string, ...sources: readonly string[]): Promise<string> => {
      const file = join(folder, name);
      await writeFile(file, sources.map((source) => `# %%\n${source}\n`).join("\n"));
      return file;
    };
    const file = await notebook(
      "plain.py",
      "%matplotlib inline\n!pip install 'numpy'\nx = 4",
      "%time x + 1",
      "%%time\nx * 2",
    );
    const { code, out, error } = await runMeshbook(["run", file]);
    expect({ code, out }).toEqual({ code: 0, out: "5\n8\n" });
    expect(error).toMatch(/^Nothing is installed/);
    const shell = await runMeshbook(["run", await notebook("shell.py", "y = 1\n!ls")]);
    expect(shell).toMatchObject({
      code: 1,
      error: expect.stringContaining("cell 1, line 2: SyntaxError: `!`") as string,
    });
  });

  it("writes the notebook with its outputs, large ones too, and takes parameters", async () => {
    const file = await put("large.js", "const n = 3", 'console.log("x".repeat(n * 1000))');
    const to = join(folder, "large.ipynb");
    const { code, out } = await runMeshbook(["run", file, "--out", to, "--param", "n=2", "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ in: file, out: to, cells: 2, ran: 3, failed: null });
    const cells = await cellsOf(to);
    expect(cells.map(({ metadata }) => metadata.tags)).toEqual([undefined, ["injected-parameters"], undefined]);
    expect(cells[2]?.outputs.flatMap(({ text = [] }) => text).join("")).toBe(`${"x".repeat(2000)}\n`);
    // Run again, its own parameters go before the new ones come.
    const again = await runMeshbook(["run", to, "--out", to, "--param", "n=1"]);
    expect(again).toMatchObject({ code: 0, error: "" });
    expect((await cellsOf(to)).map(({ source }) => [source].flat().join(""))).toEqual([
      "const n = 3",
      "const n = 1;",
      'console.log("x".repeat(n * 1000))',
    ]);
  });

  it("ends at the first error, names the cell and its line, and still writes what ran", async () => {
    const file = await put("error.js", "const a = 1", "const b = 2\na + missing", "a + 1 + c", "const c = b");
    const to = join(folder, "error.ipynb");
    const { code, out, error } = await runMeshbook(["run", file, "--out", to]);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(error).toBe("meshbook run: cell 2, line 2: ReferenceError: missing is not defined\n");
    const cells = await cellsOf(to);
    expect(cells[1]?.outputs.map(({ ename }) => ename)).toEqual(["ReferenceError"]);
    expect(cells[2]?.outputs).toEqual([]);
  });

  it.each([
    ["a promise that nobody waits for", "Promise.reject(new Error('lost')); 2", "1 + 1"],
    ["the last cell's promise", "const one = 1", "one; (async () => { await null; throw new Error('lost'); })(); 2"],
    ["a timer", "setTimeout(() => { throw new Error('lost'); });", "await new Promise(() => {})"],
  ])("ends at an error that nobody caught: of %s", async (whose, ...cells) => {
    const { code, error } = await runMeshbook(["run", await put("uncaught.js", ...cells), "--timeout", "60"]);
    const number = whose.startsWith("the last") ? 2 : 1;
    expect({ code, error }).toEqual({ code: 1, error: `meshbook run: cell ${number}: Uncaught Error: lost\n` });
  });

  it("writes an error that nobody caught into the notebook, and tells each cell once", async () => {
    const to = join(folder, "uncaught.ipynb");
    const file = await put("uncaught.js", "console.log(1); Promise.reject(new Error('lost')); 2");
    expect((await runMeshbook(["run", file, "--out", to, "--json"])).out).toMatch(
      /"ran":1,.*"failed":\{"cell":1,"message":"Uncaught Error: lost","line":null\}/,
    );
    expect((await cellsOf(to))[0]?.outputs.map(({ output_type: type, ename }) => ename ?? type)).toEqual([
      ...["stream", "execute_result", "Uncaught Error"],
    ]);
  });

  it("runs TypeScript, with errors on the line where they are", async () => {
    const file = join(folder, "types.md");
    const cells = [
      "```typescript\ninterface P {\n  n: number;\n}\nconst p: P = { n: 20 };\n```",
      "```javascript\nconsole.log(p.n);\n```",
      "```typescript\ntype T = number;\n\n(missing as T).toFixed()\n```",
    ];
    await writeFile(file, cells.join("\n\n"));
    const { code, out, error } = await runMeshbook(["run", file]);
    expect({ code, out }).toEqual({ code: 1, out: "20\n" });
    expect(error).toBe("meshbook run: cell 3, line 3: ReferenceError: missing is not defined\n");
  });

  it("runs Python beside JavaScript, with parameters in its words", async () => {
    const file = join(folder, "both.md");
    await writeFile(
      file,
      "```python\nxs = [1]\n```\n\n```javascript\nxs.length\n```\n\n```python\nprint(xs)\n1 / 0\n```\n",
    );
    const { code, out, error } = await runMeshbook(["run", file, "--param", 'xs=[5,null,true,"a"]']);
    expect({ code, out }).toEqual({ code: 1, out: "4\n[5, None, True, 'a']\n" });
    expect(error).toBe("meshbook run: cell 4, line 2: ZeroDivisionError: division by zero\n");
  });

  it("ends a cell that takes too long, and says so", async () => {
    const file = await put("loop.js", "while (true);");
    const { code, out } = await runMeshbook(["run", file, "--timeout", "0.5", "--json"]);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      failed: { cell: 1, message: "TimeoutError: it ran longer than 0.5 s", line: null },
    });
  });

  it.each([
    [["no-such-file.ipynb"], /no-such-file\.ipynb: no such file or folder\n$/],
    [["x.js", "--timeout", "soon"], /--timeout .* say a number of seconds above 0/],
    [["x.js", "--param", "3"], /say --param NAME=VALUE/],
  ])("refuses %j, and says what to do", async (args, words) => {
    const { code, out, error } = await runMeshbook(["run", ...args]);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(error).toMatch(words);
  });

  it("executes SQL, whose results other languages read, and draws with Plot", async () => {
    const file = join(folder, "sql.md");
    const cells = [
      ["javascript", 'const orders = [{ who: "Ana", price: 2.5 }, { who: "Ben", price: 4 }];'],
      ["sql", "-- name: result\nSELECT who, price * 2 AS twice FROM orders ORDER BY twice DESC"],
      ["javascript", "console.log(JSON.stringify(result)); Plot.plot({ marks: [Plot.barY([1, 2])] })"],
      ["python", 'print(result[0]["who"])'],
    ];
    await writeFile(file, cells.map(([language, source]) => `\`\`\`${language}\n${source}\n\`\`\`\n`).join("\n"));
    const { code, out, error } = await runMeshbook(["run", file]);
    expect({ code, error }).toEqual({ code: 0, error: "" });
    expect(out).toContain("0  'Ben'  8");
    expect(out).toContain('[{"who":"Ben","twice":8},{"who":"Ana","twice":5}]\n[a chart by Observable Plot]\nBen\n');
  });

  it("imports packages of Python from a folder, and says why others are not there", async () => {
    const home = { HOME: folder };
    const part = makeWheel({ name: "shapes-core", files: { "shapes_core.py": "def area(a, b): return a * b" } });
    const needs = ["shapes-core"];
    const shapes = makeWheel({ name: "shapes", needs, files: { "shapes.py": "from shapes_core import area" } });
    for (const wheel of [part, shapes]) await writeFile(join(folder, wheel.file), wheel.content);
    const file = join(folder, "packages.py");
    await writeFile(file, "# %%\nimport shapes\nprint(shapes.area(6, 7))\n\n# %%\nimport numpy\n");
    const { code, out, error } = await runMeshbook(["run", file, "--wheels", folder], home);
    expect({ code, out }).toEqual({ code: 1, out: "42\n" });
    expect(error).toContain("cell 2, line 1: ModuleNotFoundError: No module named 'numpy'. numpy 2.4.6 is not on this");
    expect(error).toContain(
      "has not allowed it to load code from cdn.jsdelivr.net: --allow-origin https://cdn.jsdelivr.net",
    );
  });

  it("imports modules from origins that are allowed, and keeps them", async () => {
    const modules = await ModuleServer.start();
    const trust = join(folder, "trust.pem");
    await writeFile(trust, modules.certificate);
    const env = { HOME: folder, NODE_EXTRA_CA_CERTS: trust };
    modules.files.set("/colours.mjs", "export * from './red.mjs'");
    modules.files.set("/red.mjs", "export const red = '#f00'");
    const file = await put("modules.js", `import { red } from "${modules.origin}/colours.mjs";\nconsole.log(red)`);
    const refused = await runMeshbook(["run", file], env);
    expect(refused.error).toContain(
      `has not allowed it to load code from ${new URL(modules.origin).host}: --allow-origin`,
    );
    expect(modules.asked).toEqual([]);
    const allowed = ["run", file, "--allow-origin", modules.origin];
    expect(await runMeshbook(allowed, env)).toMatchObject({ code: 0, out: "#f00\n", error: "" });
    await modules.stop();
    expect(await runMeshbook(allowed, env)).toMatchObject({ code: 0, out: "#f00\n", error: "" });
    expect(modules.asked).toHaveLength(2);
  });

  it("refuses a cell in a language that cannot be executed before anything runs", async () => {
    const file = join(folder, "r.md");
    await writeFile(file, "```javascript\nconsole.log(1)\n```\n\n```r\nprint(1)\n```\n");
    const { code, out, error } = await runMeshbook(["run", file]);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(error).toBe("meshbook run: cell 2 is in r, which cannot be executed\n");
  });
});
