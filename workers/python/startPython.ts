import { messageOf } from "#shared/base/errors.ts";
import type { PythonFiles } from "#shared/contracts/kernel/pythonFiles.ts";
import type { Pyodide } from "./pyodideApi.ts";
import { PythonMemory } from "./PythonMemory.ts";
import { PythonRuntime, type PythonSurroundings } from "./PythonRuntime.ts";
import { unpackSnapshot } from "./unpackSnapshot.ts";

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
      const memory = new PythonMemory();
      const pyodide = await load(files, snapshot, memory);
      return { runtime: new PythonRuntime(pyodide, surroundings, memory), cold: false };
    } catch {
      // Made by another build, or damaged. What the long way cannot do either, it says below.
    }
  }
  const memory = new PythonMemory();
  const pyodide = await load(files, undefined, memory);
  pyodide.globals.set("source", await files.kernel.text());
  pyodide.runPython(IMPORT_KERNEL);
  return { runtime: new PythonRuntime(pyodide, surroundings, memory), cold: true };
}

async function load(files: PythonFiles, snapshot: Blob | undefined, limit: PythonMemory): Promise<Pyodide> {
  // All at once: reading, parsing and compiling go on beside one another, and each takes about as long as the others.
  const memory = snapshot?.arrayBuffer().then(unpackSnapshot);
  const code = compile(files.wasm);
  const restore = serveFiles(files, code, limit);
  const asm = URL.createObjectURL(new Blob([files.asm], { type: "text/javascript" }));
  try {
    const [{ loadPyodide }, { default: createPyodideModule }] = await Promise.all([
      // It looks at its surroundings when it is evaluated: after the worker was locked down, so not before.
      import("pyodide"),
      // reason: the module that Emscripten made for Pyodide; see its option `createPyodideModule`.
      import(/* @vite-ignore */ asm) as Promise<{ default: unknown }>,
    ]);
    // reason: of its interface we use what pyodideApi.ts says, and internal options its types leave out.
    return await (loadPyodide as unknown as Load)({
      indexURL: NOWHERE,
      packageBaseUrl: NOWHERE,
      // No package is ever fetched by a cell.
      lockFileContents: { info: { abi_version: ABI }, packages: {} },
      createPyodideModule,
      ...(memory && { _loadSnapshot: memory }),
    });
  } catch (error) {
    throw new Error(`Python could not start: ${messageOf(error)}`, { cause: error });
  } finally {
    restore();
    URL.revokeObjectURL(asm);
  }
}

/** Beside the thread, while the rest is read. */
async function compile(wasm: Blob): Promise<WebAssembly.Module> {
  return WebAssembly.compileStreaming(new Response(wasm, { headers: { "Content-Type": "application/wasm" } }));
}

/** Lets `fetch` answer with the library, and what is instantiated be `code`, until they are put back. */
function serveFiles({ stdlib }: PythonFiles, code: Promise<WebAssembly.Module>, memory: PythonMemory): () => void {
  const putBack = [
    replace(globalThis, "fetch", (asked: unknown) =>
      Promise.resolve(String(asked).endsWith(".wasm") ? new Response() : new Response(stdlib)),
    ),
    replace(WebAssembly, "instantiateStreaming", async (_source: unknown, imports: WebAssembly.Imports) => {
      const module = await code;
      return { module, instance: await WebAssembly.instantiate(module, memory.limit(imports)) };
    }),
  ];
  return () => putBack.forEach((restore) => restore());
}

function replace(owner: object, name: string, value: unknown): () => void {
  const original = Object.getOwnPropertyDescriptor(owner, name);
  Object.defineProperty(owner, name, { value, configurable: true, writable: true });
  return () => {
    if (original === undefined) Reflect.deleteProperty(owner, name);
    else Object.defineProperty(owner, name, original);
  };
}
