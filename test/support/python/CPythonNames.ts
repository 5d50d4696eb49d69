import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { loadPyodide } from "pyodide";
import { namePlaces } from "#shared/dataflow/names/namePlaces.ts";
import { PYTHON_BUILTINS } from "#shared/dataflow/python/builtins.ts";
import { compilePython } from "#shared/dataflow/python/compilePython.ts";
import { pythonMistake } from "#shared/dataflow/python/pythonMistake.ts";
import { unpackSnapshot } from "../../../workers/python/unpackSnapshot.ts";
import { DIST, ensureBuilt } from "../built.ts";

/** What CPython finds in a cell. */
interface Found {
  readonly assigned: readonly string[];
  readonly referenced: readonly string[];
  /** Of classes: whether their body reads its own or the module's is known only when it is executed. */
  readonly locals: readonly string[];
  /** Of comprehensions, and only annotated: names of the module for the compiler alone. */
  readonly inner: readonly string[];
  readonly loops: readonly string[];
  readonly handlers: readonly string[];
  readonly deleted: readonly string[];
  readonly changed: readonly string[];
  /** Offsets where the compiled code names a variable of the module, and of a function or class. */
  readonly module: readonly (readonly [at: number, name: string])[];
  readonly function: readonly (readonly [at: number, name: string])[];
}

export interface CPython {
  /** What our analysis of a cell says otherwise than CPython's; undefined if CPython cannot read it. */
  readonly differences: (source: string) => readonly string[] | undefined;
  /** Sources of Python's own library: every so many, from the first so many. */
  readonly library: (start: number, step: number) => readonly (readonly [name: string, source: string])[];
  readonly builtins: () => readonly string[];
}

/** CPython as it runs in the notebook. */
export async function startCPython(): Promise<CPython> {
  await ensureBuilt();
  const folder = dirname(createRequire(import.meta.url).resolve("pyodide/package.json"));
  const packed = await readFile(join(DIST, "python/python.snapshot"));
  const snapshot = unpackSnapshot(new Uint8Array(packed).buffer);
  const python = await loadPyodide({ indexURL: folder, _loadSnapshot: snapshot });
  const program = await readFile(join(import.meta.dirname, "cpythonNames.py"), "utf8");
  const [analyse, library] = python.runPython(program) as [
    (source: string) => string,
    (start: number, step: number) => string,
  ];
  return {
    differences: (source) => {
      const found = JSON.parse(analyse(source)) as Found | null;
      return found === null ? undefined : [...nameDifferences(source, found), ...placeDifferences(source, found)];
    },
    library: (start, step) => JSON.parse(library(start, step)) as [string, string][],
    builtins: () =>
      JSON.parse(python.runPython("import builtins, json; json.dumps(dir(builtins))") as string) as string[],
  };
}

const isShared = (name: string): boolean => !name.startsWith("_");

function nameDifferences(source: string, found: Found): readonly string[] {
  const compiled = compilePython(source);
  if (!compiled.ok) return /import\s*\*/.test(source) ? [] : [compiled.error.message];
  const mistake = pythonMistake(source);
  const { defines, inputs } = compiled.value;
  const own = found.assigned.filter((name) => !found.inner.includes(name));
  // Deleting is no reference for CPython, but needs the value.
  const unclear = new Set([...own, ...found.inner, ...found.deleted, ...found.locals]);
  const foreign = found.referenced.filter((name) => isShared(name) && !unclear.has(name) && !PYTHON_BUILTINS.has(name));
  const read = inputs.filter((name) => !unclear.has(name));
  const passing = new Set([...found.loops, ...found.handlers, ...found.deleted]);
  const kept = own.filter((name) => isShared(name) && !passing.has(name));
  const given = [...found.assigned, ...found.changed];
  return [
    ...(mistake === undefined ? [] : [`a mistake in line ${mistake.line}`]),
    ...without(foreign, read).map((name) => `${name} is not read`),
    ...without(read, foreign).map((name) => `${name} is read`),
    ...without(kept, defines).map((name) => `${name} is not defined`),
    // Nothing is defined but what is assigned, wholly or in part.
    ...without(defines, given).map((name) => `${name} is defined`),
  ];
}

function without(names: readonly string[], others: readonly string[]): readonly string[] {
  const known = new Set(others);
  return names.filter((name) => !known.has(name));
}

function placeDifferences(source: string, { module, function: inner, handlers }: Found): readonly string[] {
  const places = namePlaces({ kind: "code", language: "python", source }) ?? [];
  const named = new Map(places.map(({ from, name }) => [from, name]));
  // Of the module for CPython, which deletes it; of the handler for us.
  const ours = (name: string): boolean => !handlers.includes(name);
  return [
    ...module
      .filter(([at, name]) => ours(name) && named.get(at) !== name)
      .map(([at, name]) => `no place of ${name}, ${at}`),
    ...inner.filter(([at]) => named.has(at)).map(([at, name]) => `a place of ${name}, ${at}`),
  ];
}
