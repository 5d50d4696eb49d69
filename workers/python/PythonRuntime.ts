import { messageOf } from "#shared/base/errors.ts";
import { isRecord, type JsonObject } from "#shared/base/parse.ts";
import type { CellId } from "#shared/base/ids.ts";
import { pythonMemoryFull } from "#shared/contracts/kernel/memoryLimits.ts";
import type { KernelSignals } from "#shared/contracts/kernel/kernelSignals.ts";
import type { LoadedWheels } from "#shared/contracts/kernel/wheels.ts";
import { createProgress } from "#shared/notebook/progress.ts";
import type { CellProgram, ValuePath } from "#shared/ports/Kernel.ts";
import type { ClusterSurroundings } from "../kernel/cluster/Cluster.ts";
import { CellControls } from "../kernel/controls/CellControls.ts";
import { foreignErrorOutput, type ForeignError } from "../kernel/errorOutput.ts";
import type { CellInput, Evaluated, Getter, LanguageRuntime } from "../kernel/LanguageRuntime.ts";
import type { RunOutputs } from "../kernel/RunOutputs.ts";
import type { ColumnTable } from "../kernel/tables/ColumnTable.ts";
import { recordsOf } from "../kernel/tables/recordsOf.ts";
import { FRAME_LIBRARIES } from "#shared/contracts/page/frameLibraries.ts";
import { pythonCluster } from "./pythonCluster.ts";
import { readPythonEnd } from "./pythonEnd.ts";
import { recordsToPython, tableToPython, toPython, type PythonConverter } from "./toPython.ts";
import type { Bytes } from "#shared/base/units.ts";
import type { PythonMemory } from "./PythonMemory.ts";
import type { PythonKernel, PythonOutputs, Pyodide } from "./pyodideApi.ts";

/** Asks the user for a line. Undefined: nobody can be asked here, or it was refused. */
export type AskUser = (prompt: string, secret: boolean) => string | undefined | Promise<string | undefined>;

export interface PythonSurroundings {
  /** Shared memory by which a cell that computes is interrupted; undefined where there is none. */
  readonly signals: KernelSignals | undefined;
  readonly ask: AskUser;
  /** Why `input()` has no answer, for people. */
  readonly whyNoInput: () => string;
}

/** How often a cell that waits for something is looked after: whoever presses stop waits this long. */
const WATCH_MS = 40;

/** Evaluates cells in Python: what is said to and heard from kernel.py. */
export class PythonRuntime implements LanguageRuntime {
  readonly #convert: PythonConverter;
  readonly #kernel: PythonKernel;
  readonly #install: (file: string, content: Uint8Array) => Promise<void>;
  readonly #surroundings: PythonSurroundings;
  readonly #memory: Pick<PythonMemory, "takeRefused" | "bound">;
  #cluster: ClusterSurroundings | undefined;
  /** Why the value asked for last cannot leave Python. */
  #refusal: string | undefined;

  /** `pyodide`: an interpreter that has imported kernel.py. `memory`: what bounds its memory. */
  constructor(pyodide: Pyodide, surroundings: PythonSurroundings, memory: Pick<PythonMemory, "takeRefused" | "bound">) {
    this.#memory = memory;
    const { signals, ask, whyNoInput } = surroundings;
    this.#surroundings = surroundings;
    this.#install = (file, content) => {
      const { sitepackages, dsodir } = pyodide._api;
      return pyodide._api.install(content, file, file.endsWith(".whl") ? sitepackages : dsodir, new Map());
    };
    this.#kernel = pyodide.pyimport("meshbook_kernel");
    if (signals !== undefined) pyodide.setInterruptBuffer(signals.signal);
    this.#convert = { data: (value) => pyodide.toPy(value), moment: (at) => this.#kernel.moment(at) };
    this.#kernel.start({
      ask,
      why_no_input: whyNoInput,
      sleep: (milliseconds: number) => pause(signals, milliseconds),
      stopped: () => signals?.stopped ?? false,
      take_interrupt: () => signals?.takeInterrupt() ?? false,
      refuse: (reason: string) => void (this.#refusal = reason),
    });
  }

  meet(cluster: ClusterSurroundings): void {
    this.#cluster = cluster;
  }

  async evaluate(program: CellProgram, inputs: readonly CellInput[], outputs: RunOutputs): Promise<Evaluated> {
    const { cell, memory } = program;
    this.#memory.takeRefused();
    this.#memory.bound = memory;
    try {
      const end = readPythonEnd(await this.#execute(program, inputs, outputs));
      const error = end.error && foreignErrorOutput(this.#explained(end.error, memory), end.causes, cell);
      return { values: this.#values(program), error, interrupted: end.status === "interrupted" };
    } catch (error) {
      // The interpreter itself failed, or a value could not be handed in.
      const evalue = error instanceof Error ? error.message : String(error);
      const ename = error instanceof Error ? error.name : "Error";
      const shown = foreignErrorOutput({ ename, evalue, frames: [], notes: [] }, [], cell);
      return { values: new Map(), error: shown, interrupted: false };
    }
  }

  /** Python itself says nothing to a lack of memory. */
  #explained(error: ForeignError, limit: Bytes | undefined): ForeignError {
    const full = error.ename === "MemoryError" && this.#memory.takeRefused();
    return full ? { ...error, evalue: error.evalue || pythonMemoryFull(limit) } : error;
  }

  async addWheels({ wheels, failures }: LoadedWheels): Promise<void> {
    const missing: Record<string, string> = { ...failures };
    for (const { file, content } of wheels) {
      try {
        await this.#install(file, new Uint8Array(await content.arrayBuffer()));
      } catch (error) {
        // Named as its file is: whoever imports it is told what Python says besides.
        missing[file.split("-")[0] ?? file] = `${file} could not be installed: ${messageOf(error)}`;
      }
    }
    this.#kernel.packages_changed(JSON.stringify(missing));
  }

  sizeOf(cell: CellId, name: string): number | undefined {
    return this.#kernel.size_of(cell, name);
  }

  lookAt({ cell, names }: ValuePath, members: boolean): unknown {
    return JSON.parse(this.#kernel.look_at(cell, JSON.stringify(names), members));
  }

  async #execute(program: CellProgram, inputs: readonly CellInput[], outputs: RunOutputs): Promise<string> {
    const given: Record<string, unknown> = {};
    const definers: Record<string, CellId | TableInput | null> = {};
    for (const { name, from } of inputs) {
      if (typeof from === "string") {
        definers[name] = from;
        continue;
      }
      const { table } = from;
      const records = table === undefined && recordsToPython(from.value, name, this.#convert);
      if (table !== undefined) {
        definers[name] = { library: libraryOf(program) };
        given[name] = tableToPython(table, name, this.#convert);
      } else if (records !== false && records !== undefined) {
        definers[name] = { library: null };
        given[name] = records;
      } else {
        definers[name] = null;
        given[name] = toPython(from.value, name, this.#convert);
      }
    }
    const stopWatching = this.#watch();
    try {
      // What begin gives is a task if the cell awaits something, and awaiting the call awaits that, too.
      const { begin } = this.#kernel;
      await begin.callPromising(
        program.cell,
        program.code,
        JSON.stringify(definers),
        given,
        adapt(outputs, program, this.#cluster),
      );
    } finally {
      stopWatching();
    }
    return this.#kernel.end();
  }

  /** Looks after a cell that awaits something: no interpreter looks at the signal meanwhile. */
  #watch(): () => void {
    const { signals } = this.#surroundings;
    const watch = setInterval(() => {
      if (signals?.takeInterrupt()) this.#kernel.cancel();
    }, WATCH_MS);
    return () => clearInterval(watch);
  }

  #values({ cell, defines }: CellProgram): ReadonlyMap<string, Getter> {
    const reached: unknown = JSON.parse(this.#kernel.names(cell, JSON.stringify(defines)));
    const names = Array.isArray(reached) ? reached.filter((name) => typeof name === "string") : [];
    return new Map(
      names.map((name) => {
        const table = (): ColumnTable | undefined => this.#asked(() => this.#kernel.table_of(cell, name));
        const value = (): unknown => {
          const found = table();
          return found === undefined ? this.#asked(() => this.#kernel.value_of(cell, name)) : recordsOf(found);
        };
        return [name, Object.assign(value, { table })];
      }),
    );
  }

  /** @throws TypeError with the reason that Python gave meanwhile */
  #asked<Answer>(ask: () => Answer): Answer {
    this.#refusal = undefined;
    const answer = ask();
    // Set by Python in the call above.
    const refusal = this.#refusal as string | undefined; // reason: see above
    if (refusal !== undefined) throw new TypeError(refusal);
    return answer;
  }
}

/** A table that is handed in, and as what the cell wants to read it: a list of dicts, if of no library. */
interface TableInput {
  readonly library: string | null;
}

/** The cell's own import decides, or, where it has none, that of its notebook (shared/session/execution/withFrames.ts). */
const libraryOf = ({ imports }: CellProgram): string | null =>
  FRAME_LIBRARIES.find((library) => imports?.includes(library)) ?? null;

/** `outputs` as Python sees them. */
function adapt(
  outputs: RunOutputs,
  { controls }: CellProgram,
  cluster: ClusterSurroundings | undefined,
): PythonOutputs {
  const shown = new CellControls(controls, outputs);
  return {
    control: (kind, options) => {
      try {
        // reason: Python wrote it from a dict.
        return JSON.stringify({ value: shown.show(kind, JSON.parse(options) as JsonObject) });
      } catch (error) {
        return JSON.stringify({ error: messageOf(error) });
      }
    },
    print: (name, text) => {
      outputs.print(name === "stderr" ? "stderr" : "stdout", text);
      return outputs.closed;
    },
    flush: () => outputs.flush(),
    cluster: pythonCluster(cluster),
    progress: (done, total, text) => outputs.progress(createProgress(done, total, text)),
    show: (kind, json) => {
      const data: unknown = JSON.parse(json);
      if (!isRecord(data) || outputs.closed) return;
      // reason: it was just read from JSON text.
      const bundle = data as Parameters<RunOutputs["show"]>[0] extends infer Output
        ? Output extends { readonly output_type: "display_data"; readonly data: infer Bundle }
          ? Bundle
          : never
        : never;
      if (kind === "display_data") outputs.show({ output_type: kind, data: bundle, metadata: {} });
      else outputs.show({ output_type: "execute_result", data: bundle, metadata: {}, execution_count: null });
    },
  };
}

function pause(signals: KernelSignals | undefined, milliseconds: number): void {
  if (signals !== undefined) {
    signals.sleep(milliseconds);
    return;
  }
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}
