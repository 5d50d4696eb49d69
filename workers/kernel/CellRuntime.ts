import type { CellId, RunId } from "#shared/base/ids.ts";
import type { KernelWorkerEnd } from "#shared/contracts/kernelWorkerApi.ts";
import { EXPORT_HOOK } from "#shared/dataflow/javascript/insertions.ts";
import type { CellOutput } from "#shared/notebook/output.ts";
import type { CellProgram } from "#shared/ports/Kernel.ts";
import { captureConsole, type CellConsole } from "./captureConsole.ts";
import { CellCodes } from "./CellCodes.ts";
import { errorOutput, traceLines } from "./errorOutput.ts";
import { html, image, md, svg } from "./richText.ts";
import { RunOutputs } from "./RunOutputs.ts";
import { toOutput } from "./toOutput.ts";

/** Hands outputs of a run on. Also called after its end, for what a timer of it prints. */
export type SendEvents = (run: RunId, events: readonly CellOutput[]) => void;

type Getter = () => unknown;

/**
 * Evaluates compiled cells and keeps the values they define, by cell. Knows nothing of its surroundings: the worker of a
 * page, the worker of an agent's slot and tests in one process use it alike. One execution at a time.
 */
export class CellRuntime {
  readonly #send: SendEvents;
  readonly #codes = new CellCodes();
  readonly #values = new Map<CellId, ReadonlyMap<string, Getter>>();
  /** Outputs of the last run of each cell, so that what it prints later is told from what others print. */
  readonly #outputs = new Map<CellId, RunOutputs>();
  #current: CellId | undefined;

  constructor(send: SendEvents) {
    this.#send = send;
  }

  /** Executes `before`, unheard, then `program`. Never rejects; all outputs were handed on when it resolves. */
  async execute(run: RunId, program: CellProgram, before: readonly CellProgram[]): Promise<KernelWorkerEnd> {
    const outputs = new RunOutputs((events) => this.#send(run, events));
    for (const needed of before) {
      const unheard = new RunOutputs(() => undefined);
      const end = await this.#evaluate(needed, unheard, outputs);
      if (end.status === "error") return end;
    }
    return this.#evaluate(program, outputs, outputs);
  }

  /** A console that belongs to no cell: prints to the one that runs, or ran last. */
  readonly console: CellConsole = captureConsole({
    closed: false,
    print: (name, text) => this.#outputsOf(undefined)?.print(name, text),
    trace: (error) => traceLines(error, this.#current, this.#codes).join("\n"),
  });

  /** An error nobody caught (a timer, a promise left alone), told to the cell in which it arose. */
  uncaught(error: unknown): void {
    const stack = error instanceof Error ? String(error.stack) : "";
    // The outermost cell is the one whose timer or promise it was.
    const cell = this.#codes.frames(stack).at(-1)?.place?.cell ?? this.#current;
    const text = traceLines(error, cell, this.#codes).join("\n");
    this.#outputsOf(cell)?.print("stderr", `Uncaught ${text}\n`);
  }

  #outputsOf(cell: CellId | undefined): RunOutputs | undefined {
    const known = cell ?? this.#current;
    return known === undefined ? undefined : this.#outputs.get(known);
  }

  /** `errors` hears of an error also where `outputs` are unheard. */
  async #evaluate(program: CellProgram, outputs: RunOutputs, errors: RunOutputs): Promise<KernelWorkerEnd> {
    const { cell } = program;
    this.#current = cell;
    this.#outputs.set(cell, outputs);
    const showing: Promise<void>[] = [];
    let getters: readonly Getter[] = [];
    const hook = (given: readonly Getter[]): void => void (getters = given);
    try {
      const value = await this.#call(program, this.#globals(cell, outputs, { hook, showing }));
      this.#values.set(cell, new Map(program.defines.map((name, index) => [name, getterAt(getters, index)])));
      if (value !== undefined) this.#show(value, "execute_result", outputs, showing);
      await Promise.all(showing);
      outputs.flush();
      return { status: "ok", cell };
    } catch (error) {
      this.#values.set(cell, reached(program, getters));
      const { output, at } = errorOutput(error, cell, this.#codes);
      await Promise.all(showing);
      if (errors !== outputs)
        errors.print("stderr", "A cell that this one needs failed when it was executed here again.\n");
      errors.showError(output);
      errors.flush();
      return { status: "error", cell, ...(at && { line: at.line, column: at.column }) };
    }
  }

  #call(program: CellProgram, globals: Readonly<Record<string, unknown>>): Promise<unknown> {
    const inputs = Object.entries(program.inputs).flatMap(([name, cell]) => {
      const getter = this.#values.get(cell)?.get(name);
      return getter === undefined ? [] : [{ name, value: getter() }];
    });
    const names = inputs.map(({ name }) => name);
    return this.#codes.load(program, globals, names)(...inputs.map(({ value }) => value));
  }

  #globals(
    cell: CellId,
    outputs: RunOutputs,
    { hook, showing }: { hook: (getters: readonly Getter[]) => void; showing: Promise<void>[] },
  ): Readonly<Record<string, unknown>> {
    const display = (...values: readonly unknown[]): void => {
      for (const value of values) this.#show(value, "display_data", outputs, showing);
    };
    const trace = (error: Error): string => traceLines(error, cell, this.#codes).join("\n");
    const console = captureConsole({
      get closed() {
        return outputs.closed;
      },
      print: (name, text) => outputs.print(name, text),
      trace,
    });
    return { [EXPORT_HOOK]: hook, console, display, html, svg, md, image };
  }

  #show(value: unknown, kind: "execute_result" | "display_data", outputs: RunOutputs, showing: Promise<void>[]): void {
    if (outputs.closed) return;
    const shown = toOutput(value);
    const outputOf = (data: NonNullable<typeof shown.ready>): CellOutput =>
      kind === "display_data"
        ? { output_type: kind, data, metadata: {} }
        : { output_type: kind, data, metadata: {}, execution_count: null };
    if (shown.ready) outputs.show(outputOf(shown.ready));
    else showing.push(outputs.showLater(shown.making.then(outputOf)));
  }
}

const getterAt = (getters: readonly Getter[], index: number): Getter => getters[index] ?? (() => undefined);

/** After an error: the definitions it had come to. A name still undefined may not have been reached. */
function reached(program: CellProgram, getters: readonly Getter[]): ReadonlyMap<string, Getter> {
  const kept = new Map<string, Getter>();
  for (const [index, name] of program.defines.entries()) {
    const getter = getterAt(getters, index);
    if (valueOf(getter) !== undefined) kept.set(name, getter);
  }
  return kept;
}

function valueOf(getter: Getter): unknown {
  try {
    return getter();
  } catch {
    // Its declaration was not reached.
    return undefined;
  }
}
