import { messageOf } from "#shared/base/errors.ts";
import type { PythonFiles } from "#shared/contracts/pythonFiles.ts";
import type { Pyodide } from "./pyodideApi.ts";
import { PythonRuntime, type PythonSurroundings } from "./PythonRuntime.ts";

export interface StartedPython {
  readonly runtime: PythonRuntime;
  /** It had to be started without the snapshot. */
  readonly cold: boolean;
}

type Load = (options: object) => Promise<Pyodide>;

/** An address that exists nowhere: all that Pyodide asks for below it is handed in. */
const NOWHERE = "https://python.invalid/";
/** Of the interpreter in the package `pyodide`, which compares it. */
const ABI = "2026_0";

/** As buildPython.mjs does it before it makes the snapshot. */
const IMPORT_KERNEL = `
import sys, types
sys.modules["meshbook_kernel"] = types.ModuleType("meshbook_kernel")
exec(compile(source, "meshbook_kernel.py", "exec"), vars(sys.modules["meshbook_kernel"]))
del source, sys, types
`;

/**
 * Starts Python in a worker, from files and nothing else. From the snapshot, or, if that cannot be used, the long way.
 * @throws Error saying why it cannot start
 */
export async function startPython(files: PythonFiles, surroundings: PythonSurroundings): Promise<StartedPython> {
  const { snapshot } = files;
  if (snapshot !== undefined) {
    try {
      return { runtime: new PythonRuntime(await load(files, snapshot), surroundings), cold: false };
    } catch {
      // Made by another build, or damaged. What the long way cannot do either, it says below.
    }
  }
  const pyodide = await load(files, undefined);
  pyodide.globals.set("source", await files.kernel.text());
  pyodide.runPython(IMPORT_KERNEL);
  return { runtime: new PythonRuntime(pyodide, surroundings), cold: true };
}

async function load(files: PythonFiles, snapshot: Blob | undefined): Promise<Pyodide> {
  // It looks at its surroundings when it is evaluated: after the worker was locked down, so not before.
  const { loadPyodide } = await import("pyodide");
  const asm = URL.createObjectURL(new Blob([files.asm], { type: "text/javascript" }));
  const restore = serveFiles(files);
  try {
    // reason: the module that Emscripten made for Pyodide; see its option `createPyodideModule`.
    const { default: createPyodideModule } = (await import(/* @vite-ignore */ asm)) as { default: unknown };
    // reason: of its interface we use what pyodideApi.ts says, and internal options its types leave out.
    return await (loadPyodide as unknown as Load)({
      indexURL: NOWHERE,
      packageBaseUrl: NOWHERE,
      // No package is ever fetched by a cell.
      lockFileContents: { info: { abi_version: ABI }, packages: {} },
      createPyodideModule,
      ...(snapshot && { _loadSnapshot: snapshot.arrayBuffer() }),
    });
  } catch (error) {
    throw new Error(`Python could not start: ${messageOf(error)}`, { cause: error });
  } finally {
    restore();
    URL.revokeObjectURL(asm);
  }
}

/** Lets `fetch` answer with the files until it is put back. */
function serveFiles({ wasm, stdlib }: PythonFiles): () => void {
  const original = Object.getOwnPropertyDescriptor(globalThis, "fetch");
  const value = (asked: unknown): Promise<Response> => {
    const isCode = String(asked).endsWith(".wasm");
    // Compiled while it is read.
    const headers = { "Content-Type": isCode ? "application/wasm" : "application/octet-stream" };
    return Promise.resolve(new Response(isCode ? wasm : stdlib, { headers }));
  };
  Object.defineProperty(globalThis, "fetch", { value, configurable: true, writable: true });
  return () => {
    if (original === undefined) Reflect.deleteProperty(globalThis, "fetch");
    else Object.defineProperty(globalThis, "fetch", original);
  };
}
