// Makes what Python runs from: CPython for WebAssembly as the package `pyodide` has it, our half of the kernel, and a
// snapshot of the memory of an interpreter that has started and imported it. From the snapshot a start takes half a
// second, without it three or more; making it takes some seconds, so it is a part of the build of its own.

import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, extname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { packageList } from "./packageList.mjs";
import { packSnapshot } from "./packSnapshot.mjs";

const root = join(import.meta.dirname, "../..");

/** Role of a file → its name, in `dist/python` and in the package. */
const PACKAGED = { asm: "pyodide.asm.mjs", wasm: "pyodide.asm.wasm", stdlib: "python_stdlib.zip" };
/** The files by which Python starts, and the list of its packages. */
const FILES = { ...PACKAGED, kernel: "kernel.py", snapshot: "python.snapshot", packages: "packages.json" };
/** Below the hashed files of the page: they never change, and hosts and browsers keep them. */
const WEB_FOLDER = "assets/python";

const pyodideFolder = () => dirname(createRequire(import.meta.url).resolve("pyodide/package.json"));

/**
 * Writes all files into `folder`, and python.json with the addresses they have on a page.
 * @param {string} folder
 */
export async function buildPython(folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const pyodide = pyodideFolder();
  const lock = JSON.parse(readFileSync(join(pyodide, "pyodide-lock.json"), "utf8"));
  const contents = Object.fromEntries(
    Object.entries(PACKAGED).map(([role, name]) => [role, readFileSync(join(pyodide, name))]),
  );
  contents.asm = Buffer.from(parsedOnce(contents.asm.toString()));
  contents.kernel = Buffer.from(kernelSource(lock));
  const { snapshot, standard } = await makeSnapshot(pyodide, contents.kernel.toString(), lock.info);
  contents.snapshot = Buffer.from(snapshot);
  contents.packages = Buffer.from(JSON.stringify(packageList(lock, versionOf(pyodide), standard)));
  const files = {};
  for (const [role, content] of Object.entries(contents)) {
    writeFileSync(join(folder, FILES[role]), content);
    const hash = createHash("sha256").update(content).digest("hex").slice(0, 12);
    files[role] = `/${WEB_FOLDER}/${role}-${hash}${extname(FILES[role])}`;
  }
  const version = { python: lock.info.python, pyodide: versionOf(pyodide) };
  writeFileSync(join(folder, "python.json"), JSON.stringify({ ...version, files }));
}

/**
 * Emscripten's module is one function of more than a megabyte. Engines read over a function first, and parse it when it is
 * called; one in parentheses they parse at once, which saves half of it.
 * @param {string} asm
 */
function parsedOnce(asm) {
  const [head, tail] = ["async function _createPyodideModule(", "return moduleRtn}export default _createPyodideModule"];
  if (!asm.startsWith(head) || !asm.includes(tail)) throw new Error("pyodide.asm.mjs is built in another way: read it");
  return asm
    .replace(head, "const _createPyodideModule=(async function(")
    .replace(tail, "return moduleRtn});export default _createPyodideModule");
}

/**
 * Copies what pages load into a finished web build.
 * @param {string} folder of `buildPython`
 * @param {string} outDir of the web build
 */
export function copyPython(folder, outDir) {
  const index = join(folder, "python.json");
  if (!existsSync(index)) return;
  mkdirSync(join(outDir, WEB_FOLDER), { recursive: true });
  const { files } = JSON.parse(readFileSync(index, "utf8"));
  for (const [role, path] of Object.entries(files)) copyFileSync(join(folder, FILES[role]), join(outDir, path));
  copyFileSync(index, join(outDir, "python.json"));
}

/** kernel.py and what stands behind it with the packages that could be had for this Python, so that a message can name them. */
function kernelSource({ packages }) {
  const found = Object.values(packages)
    .filter((one) => one.package_type === "package" && !one.name.endsWith("-tests"))
    .flatMap((one) => one.imports.map((name) => [name.split(".")[0], [one.name, one.version]]));
  const parts = [
    "kernel",
    "controls",
    "inspection",
    "travel",
    "packframes",
    "tables",
    "frames",
    "figures",
    "cluster",
  ].map((name) => readFileSync(join(root, "workers/python", `${name}.py`), "utf8"));
  checkNames(parts);
  return `${parts.join("")}\nPACKAGES.update(${JSON.stringify(Object.fromEntries(found.sort()))})\n`;
}

/**
 * The files become one module, in which a second definition would silently take the place of the first.
 * @param {readonly string[]} parts
 */
function checkNames(parts) {
  const definition = /^(?:(?:async )?def |class )(\w+)|^(\w+) = /gm;
  const names = parts.flatMap((part) => [...part.matchAll(definition)].map(([, defined, set]) => defined ?? set));
  const twice = names.filter((name, at) => names.indexOf(name) !== at);
  if (twice.length > 0) throw new Error(`the kernel's Python defines ${twice.join(", ")} more than once: rename one`);
}

async function makeSnapshot(pyodide, kernel, info) {
  const { loadPyodide } = await import(pathToFileURL(join(pyodide, "pyodide.mjs")).href);
  const python = await loadPyodide({
    _makeSnapshot: true,
    indexURL: pyodide,
    lockFileContents: { info, packages: {} },
    packageBaseUrl: "/",
  });
  python.globals.set("source", kernel);
  python.runPython(IMPORT_KERNEL);
  python.runPython(`import sys, ${OFTEN_USED.join(", ")}`);
  const standard = JSON.parse(python.runPython("import json\njson.dumps(sorted(sys.stdlib_module_names))"));
  return { snapshot: packSnapshot(python.makeMemorySnapshot()), standard };
}

/** Modules whose first import would be felt: what beginners' cells, and Python's own error messages, use. */
const OFTEN_USED = [
  ...[
    "collections",
    "contextlib",
    "copy",
    "csv",
    "dataclasses",
    "datetime",
    "decimal",
    "enum",
    "fractions",
    "functools",
  ],
  ...["itertools", "math", "os", "pathlib", "re", "statistics", "string", "textwrap", "traceback", "typing", "uuid"],
];

/** As startPython.ts does it where there is no snapshot. */
const IMPORT_KERNEL = `
import sys, types
sys.modules["meshbook_kernel"] = types.ModuleType("meshbook_kernel")
exec(compile(source, "meshbook_kernel.py", "exec"), vars(sys.modules["meshbook_kernel"]))
del source, sys, types
`;

const versionOf = (pyodide) => JSON.parse(readFileSync(join(pyodide, "package.json"), "utf8")).version;
