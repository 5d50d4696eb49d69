// `cluster` of a cell in Python, with the interpreter of real kernels on both sides and no network between them.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { CellId, KernelId, PeerId, RunId } from "#shared/base/ids.ts";
import { KernelLostError } from "#shared/base/errors.ts";
import { parseKernelWorkerEnd } from "#shared/contracts/kernel/kernelWorkerApi.ts";
import type { FlowCell, NotebookFlow } from "#shared/dataflow/resolveInputs.ts";
import type { CellOutput } from "#shared/notebook/output.ts";
import type { CellProgram, Kernel } from "#shared/ports/Kernel.ts";
import { ClusterTasks } from "#shared/session/cluster/ClusterTasks.ts";
import type { AgentView } from "#shared/session/views.ts";
import { CellRuntime, type AskOthers } from "../../../workers/kernel/CellRuntime.ts";
import { PythonRuntime } from "../../../workers/python/PythonRuntime.ts";
import type { Pyodide, PythonKernel } from "../../../workers/python/pyodideApi.ts";

const SOURCES = ["kernel", "controls", "inspection", "travel", "packframes", "tables", "frames", "figures", "cluster"];
const IMPORT_KERNEL = `
import sys, types
sys.modules["meshbook_kernel"] = types.ModuleType("meshbook_kernel")
exec(compile(source, "meshbook_kernel.py", "exec"), vars(sys.modules["meshbook_kernel"]))`;

/** A runtime with Python in this very thread. */
async function startRuntime(show: (outputs: readonly CellOutput[]) => void, ask?: AskOthers): Promise<CellRuntime> {
  const folder = dirname(createRequire(import.meta.url).resolve("pyodide/package.json"));
  const { loadPyodide } = (await import(pathToFileURL(join(folder, "pyodide.mjs")).href)) as {
    loadPyodide: (options: object) => Promise<Pyodide>;
  };
  const pyodide = await loadPyodide({ indexURL: folder });
  const read = (name: string): string =>
    readFileSync(join(import.meta.dirname, "../../../workers/python", `${name}.py`), "utf8");
  pyodide.globals.set("source", SOURCES.map(read).join("\n"));
  pyodide.runPython(IMPORT_KERNEL);
  const runtime = new CellRuntime((_, events) => show(events), ask);
  runtime.add(
    "python",
    new PythonRuntime(
      withoutSwitching(pyodide),
      { signals: undefined, ask: () => undefined, whyNoInput: () => "" },
      { takeRefused: () => false, bound: undefined },
    ),
  );
  return runtime;
}

/** Node cannot suspend WebAssembly: what is called may then await, but not wait. */
function withoutSwitching(pyodide: Pyodide): Pyodide {
  const kernel = pyodide.pyimport("meshbook_kernel");
  const begin = kernel.begin;
  const callPromising: typeof begin.callPromising = (...given) => Promise.resolve(begin(...given));
  const wrapped: PythonKernel = {
    begin: Object.assign(() => undefined, { callPromising }),
    start: (host) => kernel.start(host),
    end: () => kernel.end(),
    cancel: () => kernel.cancel(),
    names: (cell, wanted) => kernel.names(cell, wanted),
    moment: (at) => kernel.moment(at),
    value_of: (cell, name) => kernel.value_of(cell, name),
    table_of: (cell, name) => kernel.table_of(cell, name),
    size_of: (cell, name) => kernel.size_of(cell, name),
    packages_changed: (missing) => kernel.packages_changed(missing),
    look_at: (cell, path, members) => kernel.look_at(cell, path, members),
  };
  return {
    pyimport: () => wrapped,
    runPython: (code) => pyodide.runPython(code),
    toPy: (value) => pyodide.toPy(value),
    setInterruptBuffer: () => undefined,
    globals: pyodide.globals,
    _api: pyodide._api,
  };
}

const ADA: AgentView = {
  ...{ peer: PeerId.parse("Ada".padEnd(22, "A"))!, name: "Ada", languages: ["javascript", "python"] },
  ...{ slots: 1, freeSlots: 1, isolationLevel: 2 },
};
const HERE = CellId.parse("here")!;

let outputs: CellOutput[] = [];
let worked: CellOutput[] = [];
/** What the tasks of the last run were. */
let given: CellProgram[] = [];
let tasks: ClusterTasks;
let runtime: CellRuntime;
let worker: CellRuntime;
let agents: readonly AgentView[] = [];
/** The task in whose middle the computers leave, of the first one on. */
let leavesAt = Infinity;

beforeAll(async () => {
  worker = await startRuntime((events) => worked.push(...events));
  runtime = await startRuntime(
    (events) => outputs.push(...events),
    (_, request) => tasks.answer(request),
  );
}, 60_000);

function kernel(): Kernel {
  const held = new Set<CellId>();
  return {
    id: KernelId.create(),
    execute: async ({ run, program, before }, onOutput) => {
      worked = [];
      given.push(program);
      if (given.length === leavesAt) {
        agents = [];
        throw new KernelLostError(KernelId.create(), { cause: new Error("the agent left") });
      }
      const end = parseKernelWorkerEnd(await worker.execute(run, program, before));
      for (const { cell } of [...before, program]) held.add(cell);
      for (const output of worked) onOutput(output);
      return end!;
    },
    holds: () => held,
    close: () => undefined,
  };
}

/** Runs a cell that reads `factor` and `triple` of another one; gives what it shows as text, or its error. */
async function run(source: string, computers: readonly AgentView[] = [ADA]): Promise<string> {
  agents = computers;
  outputs = [];
  given = [];
  const above = flowCell("given", "factor = 3\ndef triple(x): return x * factor", ["factor", "triple"], []);
  const here = flowCell("here", source, [], ["factor", "triple"]);
  const flow: NotebookFlow = new Map([above, here].map((cell) => [cell.id, cell]));
  tasks = new ClusterTasks({ agents: () => agents, kernel }, { flow, cell: HERE });
  await runtime.execute(RunId.create(), programOf(here), [programOf(above)]);
  tasks.close();
  return outputs
    .map((output) => {
      if (output.output_type === "error") return `${output.ename}: ${output.evalue}`;
      const text = output.output_type === "execute_result" ? output.data["text/plain"] : "";
      return typeof text === "string" ? text : "";
    })
    .join("");
}

function flowCell(name: string, source: string, defines: readonly string[], reads: readonly string[]): FlowCell {
  const imports = source.includes("import math as maths") ? ["math"] : [];
  const names = { defines, inputs: reads, globals: [], fallbacks: [], imports };
  const compiled = { ok: true, value: { language: "python", code: source, ...names } } as const;
  const inputs = new Map(reads.map((read) => [read, CellId.parse("given")!]));
  return { id: CellId.parse(name)!, source, compiled, inputs, unresolved: new Map() };
}

function programOf({ id, compiled, inputs }: FlowCell): CellProgram {
  if (!compiled.ok) throw new Error("it does not compile");
  const { code, defines, language } = compiled.value;
  return { cell: id, language, code, defines, inputs: Object.fromEntries(inputs) };
}

describe("cluster in Python", () => {
  it("maps functions of other cells, of its own cell, lambdas and what stands in modules", async () => {
    const source = `
import math as maths
n = 10
def scaled(x):
    "With a helper, and a module."
    return maths.floor(helper(x) + 0.5)
def helper(x): return triple(x) + n
[await cluster.map(triple, [1, 2]), await cluster.map(scaled, range(3), chunk=2), await cluster.map(lambda x: (x, {x}), ["é"]), await cluster.map(len, ["ab"]), await cluster.map(maths.sqrt, [16])]`;
    expect(await run(source)).toBe("[[3, 6], [10, 13, 16], [('é', {'é'})], [2], [4.0]]");
    // Whoever works on a task loads the packages for it.
    expect(given.map(({ imports }) => imports)).toEqual(given.map(() => ["math"]));
    expect(given.length).toBeGreaterThan(4);
  });

  it("does the same here where no computer takes tasks", async () => {
    expect(await run("[await cluster.map(triple, [1, 2]), await cluster.scatter([1, 2])]", [])).toBe(
      "[[3, 6], [[1, 2]]]",
    );
  });

  it("reduces, gives results as they come, broadcasts and waits", async () => {
    const source = `
seen = [pair async for pair in cluster.as_completed(lambda x: x + 1, [1, 2], chunk=1)]
total = await cluster.all_reduce(lambda a, b: a + b, [1, 2, 3, 4])
table = await cluster.broadcast({"k": list(range(20000))})
call = cluster.map(lambda x: table.value["k"][x] + total.value, [19999])
await cluster.barrier()
[sorted(seen), total.value, call.done(), await call, await cluster.map_reduce(triple, lambda a, b: a + b, [1, 2, 3])]`;
    expect(await run(source)).toBe("[[(0, 2), (1, 3)], 10, True, [20009], 18]");
  });

  it("gives the error of an item that failed as its result, and goes on with the others", async () => {
    const source = `
def work(x):
    if x == 3:
        return print
    return 6 / x
seen = [f"{index}: {result}" async for index, result in cluster.as_completed(work, [1, 0, 2, 3, 6], chunk=5)]
"; ".join(sorted(seen))`;
    const cannot = "the result of item 3 cannot travel to another computer: it is a function, and only plain data can";
    expect((await run(source)).replace(/'\n? *'/g, "")).toBe(
      `'0: 6.0; 1: item 1: ZeroDivisionError: division by zero (on Ada); 2: 3.0; 3: ${cannot} (on Ada); 4: 1.0'`,
    );
    const here = "0: 6.0; 1: item 1: ZeroDivisionError: division by zero; 2: 3.0; 3: <function print";
    expect(await run(source, [])).toContain(here);
    leavesAt = 1;
    expect(await run(source)).toContain(here);
    leavesAt = Infinity;
  });

  it("names the item that failed, and what cannot travel, and why", async () => {
    expect(await run("await cluster.map(lambda x: 1 / x, [1, 0], chunk=2)")).toContain(
      "item 1: ZeroDivisionError: division by zero (on Ada)",
    );
    expect(await run("await cluster.map(triple, [1, {'a': [print]}])")).toContain(
      "items[1]['a'][0] cannot travel to another computer: it is a function, and only plain data can",
    );
    expect(await run("def outer():\n    y = 1\n    return lambda x: x + y\nawait cluster.map(outer(), [1])")).toContain(
      "it reads y of the function around it",
    );
    expect(await run("import io\nfile = io.StringIO()\nawait cluster.map(lambda x: file.read(), [1])")).toContain(
      "It stayed on this computer: file cannot travel to another computer: it is of the type StringIO",
    );
  });

  it("goes on here when all computers leave in the middle", async () => {
    leavesAt = 2;
    expect(await run("await cluster.map(triple, [1, 2, 3, 4, 5], chunk=2)")).toBe("[3, 6, 9, 12, 15]");
    expect(await run("await cluster.map_reduce(triple, lambda a, b: a + b, [1, 2, 3, 4, 5], chunk=2)")).toBe("45");
    leavesAt = Infinity;
  });

  it("refuses options that are no numbers, and functions and items in the wrong order", async () => {
    const wrong = "give a function first, then the items: cluster.map(lambda x: x * 2, items)";
    expect(await run("await cluster.map([1, 2], triple)")).toContain(`TypeError: ${wrong}`);
    for (const computers of [[ADA], []]) {
      expect(await run("await cluster.map(triple, [1], chunk='some')", computers)).toContain(
        "ValueError: chunk is how many items go together: give a number from 1, not 'some'",
      );
      expect(await run("await cluster.map(triple, [1], retries='many')", computers)).toContain(
        "ValueError: retries is how often a lost part is given away again: give a number from 0, not 'many'",
      );
    }
  });

  it("takes items from a generator, also from one that is waited for", async () => {
    const source = `
async def later():
    for n in (1, 2):
        yield n
seen = [pair async for pair in cluster.as_completed(triple, later())]
[await cluster.map(triple, later()), await cluster.map(triple, (n for n in (3, 4))), await cluster.reduce(lambda a, b: a + b, later()), sorted(seen), sum(await cluster.scatter(later()), [])]`;
    expect(await run(source)).toBe("[[3, 6], [9, 12], 3, [(0, 3), (1, 6)], [1, 2]]");
  });

  it("takes nothing that a result could execute", async () => {
    expect(await run("await cluster.map(lambda x: {'!': 'Decimal', 'v': x}, [1])")).toBe("[{'!': 'Decimal', 'v': 1}]");
  });
});
