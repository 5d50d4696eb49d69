// The analysis of cells in Python, against CPython's own: its compiler's symbol tables, and its syntax trees where
// these say more.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { loadPyodide, type PyodideAPI } from "pyodide";
import { beforeAll, describe, expect, it } from "vitest";
import { compilePython } from "#shared/dataflow/python/compilePython.ts";
import { PYTHON_BUILTINS } from "#shared/dataflow/python/builtins.ts";
import { DIST, ensureBuilt } from "../../support/built.ts";
import { unpackSnapshot } from "../../../workers/python/unpackSnapshot.ts";
import { PYTHON_CASES } from "../../support/pythonCases.ts";

/** What CPython finds in a cell, as JSON. */
const ANALYSE = `
import ast, builtins, json, symtable

def analyse(source):
    top = symtable.symtable(source, "cell", "exec")
    assigned, referenced, local = set(), set(), set()
    def visit(table, outermost):
        for symbol in table.get_symbols():
            if table.get_type() == "class" and symbol.is_assigned():
                local.add(symbol.get_name())
            if not (outermost or symbol.is_global()):
                continue
            if symbol.is_assigned() or symbol.is_imported():
                assigned.add(symbol.get_name())
            if symbol.is_referenced():
                referenced.add(symbol.get_name())
        for child in table.get_children():
            visit(child, False)
    visit(top, True)
    nodes = list(ast.walk(ast.parse(source)))
    def named(targets):
        return {node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)}
    return json.dumps({
        "assigned": sorted(assigned),
        "referenced": sorted(referenced),
        "locals": sorted(local),
        "inner": sorted(named(node.target for node in nodes if isinstance(node, ast.comprehension))
                        | named(node.target for node in nodes if isinstance(node, ast.AnnAssign) and not node.value)),
        "loops": sorted(named(node.target for node in nodes if isinstance(node, (ast.For, ast.AsyncFor)))),
        "handlers": sorted({node.name for node in nodes if isinstance(node, ast.ExceptHandler) and node.name}),
        "deleted": sorted(named(target for node in nodes if isinstance(node, ast.Delete) for target in node.targets)),
        "changed": sorted(named(node for node in nodes if isinstance(node, (ast.Attribute, ast.Subscript))
                                and isinstance(node.ctx, (ast.Store, ast.Del)))),
    })
analyse
`;

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
}

let python: PyodideAPI;
let analyse: (source: string) => string;
beforeAll(async () => {
  await ensureBuilt();
  const folder = dirname(createRequire(import.meta.url).resolve("pyodide/package.json"));
  const packed = await readFile(join(DIST, "python/python.snapshot"));
  const snapshot = unpackSnapshot(new Uint8Array(packed).buffer);
  python = await loadPyodide({ indexURL: folder, _loadSnapshot: snapshot });
  analyse = python.runPython(ANALYSE) as (source: string) => string;
}, 60_000);

const shared = (names: readonly string[]): string[] => names.filter((name) => !name.startsWith("_")).sort();

/** CPython makes no symbol table of a module that awaits, and does not tell what a comprehension assigns around it. */
const COMPARED = PYTHON_CASES.map(([source]) => source).filter(
  (source) => !/^(\[x )?async (for|with)|^await|^\[n for/.test(source),
);

describe("names that CPython finds", () => {
  it.each(COMPARED)("%j", (source) => {
    const found = JSON.parse(analyse(source)) as Found;
    const compiled = compilePython(source);
    if (!compiled.ok) throw new Error(compiled.error.message);
    const { defines, inputs } = compiled.value;
    const own = found.assigned.filter((name) => !found.inner.includes(name));
    // Deleting is no reference for CPython, but needs the value.
    const unclear = [...own, ...found.inner, ...found.deleted, ...found.locals];
    const foreign = found.referenced.filter((name) => !unclear.includes(name));
    const read = inputs.filter((name) => !unclear.includes(name));
    expect(read.sort()).toEqual(shared(foreign).filter((name) => !PYTHON_BUILTINS.has(name)));
    const kept = own.filter((name) => ![found.loops, found.handlers, found.deleted].flat().includes(name));
    expect([...defines]).toEqual(expect.arrayContaining(shared(kept)));
    // Nothing is defined but what is assigned, wholly or in part.
    expect([...found.assigned, ...found.changed]).toEqual(expect.arrayContaining([...defines]));
  });

  it("are in our list, if Python has them built in", () => {
    const names = JSON.parse(
      python.runPython("import builtins, json; json.dumps(dir(builtins))") as string,
    ) as string[];
    const missing = names.filter((name) => !name.startsWith("_") && !PYTHON_BUILTINS.has(name));
    expect(missing).toEqual([]);
  });
});
