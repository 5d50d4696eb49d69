import type { CellId, RunId } from "#shared/base/ids.ts";
import type { KernelWorkerEnd } from "#shared/contracts/kernel/kernelWorkerApi.ts";
import { EXPORT_HOOK, TEMPLATE_HOOK } from "#shared/dataflow/javascript/insertions.ts";
import type { ValueCopy } from "#shared/contracts/kernel/copyQuestion.ts";
import type { LoadedWheels } from "#shared/contracts/kernel/wheels.ts";
import type { ClusterAnswer, ClusterRequest } from "#shared/ports/ClusterTask.ts";
import { IMPORT_HOOK, IMPORT_TAG } from "#shared/dataflow/javascript/imports.ts";
import { createProgress } from "#shared/notebook/progress.ts";
import type { CellOutput } from "#shared/notebook/output.ts";
import type { CellLanguage, CellProgram, ValuePath, ValueQuestion } from "#shared/ports/Kernel.ts";
import { captureConsole, type CellConsole } from "./captureConsole.ts";
import { CellControls } from "./controls/CellControls.ts";
import { inputsOf } from "./controls/inputs.ts";
import { CellCodes } from "./CellCodes.ts";
import type { ClusterSurroundings } from "./cluster/Cluster.ts";
import { createCluster } from "./cluster/createCluster.ts";
import { errorOutput, foreignErrorOutput, traceLines, type CellError } from "./errorOutput.ts";
import { copying, largeCopies, notCopied, type CellValues } from "./largeCopies.ts";
import type { CellInput, Getter, GivenValue, LanguageRuntime } from "./LanguageRuntime.ts";
import { html, image, md, mermaid, svg, tex } from "./richText.ts";
import { follow, valueFacts } from "./inspection/valueFacts.ts";
import { createHooks } from "./hooks.ts";
import { Modules } from "./modules/Modules.ts";
import { RunOutputs } from "./RunOutputs.ts";
import { templateTag } from "./templateTag.ts";
import { toOutput } from "./toOutput.ts";

/**
 * Hands outputs of a run on. Also called after its end, for what a timer of it prints. `last`: `execute` answers at once after
 * them, so that they may go with its answer.
 */
export type SendEvents = (run: RunId, events: readonly CellOutput[], last: boolean) => void;

/** Asks for work on other computers on behalf of a run. */
export type AskOthers = (run: RunId, request: ClusterRequest) => Promise<ClusterAnswer>;

/** Asks whether a large value may be copied to another language. */
export type AskCopy = (run: RunId, copy: ValueCopy) => Promise<boolean>;

/** Where the build made none, or it did not start. */
const NO_SQL = "SQL could not be started where this cell runs";

/** In place of Plot, where it was not handed in. */
const NO_PLOT: object = new Proxy(
  {},
  {
    get: (_, name) => {
      if (typeof name === "symbol") return undefined;
      throw new Error("Plot could not be started where this cell runs");
    },
  },
);

/** What belongs to one evaluation of a cell in JavaScript. */
interface Insides {
  readonly hook: (getters: readonly Getter[]) => void;
  readonly showing: Promise<void>[];
  /** What the cell has come to define. */
  readonly own: () => ReadonlyMap<string, Getter>;
}

/**
 * Evaluates compiled cells and keeps the values they define, by cell. Knows nothing of its surroundings: the worker of a
 * page, the worker of an agent's slot and tests in one process use it alike. One execution at a time.
 */
export class CellRuntime {
  /** What cells can import. */
  readonly modules = new Modules();
  /** Observable Plot, once it is there. */
  plot: object = NO_PLOT;
  /** Undefined where nobody can be asked: large values are copied then, and the run says so. */
  askCopy: AskCopy | undefined;
  readonly #send: SendEvents;
  readonly #askCluster: AskOthers | undefined;
  readonly #codes = new CellCodes();
  readonly #values = new Map<CellId, CellValues>();
  /** Cells of other languages are evaluated by these, once they are there. */
  readonly #others = new Map<CellLanguage, LanguageRuntime>();
  /** Outputs of the last run of each cell, so that what it prints later is told from what others print. */
  readonly #outputs = new Map<CellId, RunOutputs>();
  /** The same, except that of cells which were executed unheard errors are told to the run that needed them. */
  readonly #errors = new Map<CellId, RunOutputs>();
  #current: CellId | undefined;
  /** The cell in JavaScript that is evaluated now, and how an error that nobody caught ends it. */
  #evaluating: { readonly cell: CellId; readonly fail: (error: unknown) => void } | undefined;
  #run: RunId | undefined;

  /** `askCluster`: undefined where no other computer can be asked. */
  constructor(send: SendEvents, askCluster?: AskOthers) {
    this.#send = send;
    this.#askCluster = askCluster;
  }

  /** From now on cells of this language can be executed. */
  add(language: CellLanguage, runtime: LanguageRuntime): void {
    this.#others.set(language, runtime);
  }

  /** Lets cells in Python import these. Never rejects. */
  async addWheels(wheels: LoadedWheels): Promise<void> {
    await this.#others.get("python")?.addWheels?.(wheels);
  }

  /** What cells were compiled to, for runtimes of other languages in which there is JavaScript. */
  get codes(): CellCodes {
    return this.#codes;
  }

  has(language: CellLanguage): boolean {
    return language === "javascript" || this.#others.has(language);
  }

  /** Executes `before`, unheard, then `program`. Never rejects; all outputs were handed on when it resolves. */
  async execute(run: RunId, program: CellProgram, before: readonly CellProgram[]): Promise<KernelWorkerEnd> {
    this.#run = run;
    const outputs = new RunOutputs((events, last) => this.#send(run, events, last));
    let end: KernelWorkerEnd = { status: "ok", cell: program.cell };
    for (const one of [...before, program]) {
      const heard = one === program ? outputs : new RunOutputs(() => undefined);
      end = await this.#evaluate(one, heard, outputs);
      if (end.status !== "ok") break;
    }
    // Once, and here: what goes with the answer is what this hands on.
    outputs.end();
    return end;
  }

  /** Answers a question about values, as JSON. Nothing of a cell is executed. Not while one is. */
  inspect({ paths, members }: ValueQuestion): string {
    return JSON.stringify(paths.map((path) => this.#lookAt(path, members) ?? null));
  }

  #lookAt(path: ValuePath, members: boolean): unknown {
    const { cell, language, names } = path;
    const [name = "", ...rest] = names;
    try {
      if (language !== "javascript") return this.#others.get(language)?.lookAt?.(path, members);
      if (cell === undefined) return valueFacts(follow(globalThis, names), members);
      const values = this.#values.get(cell);
      const getter = values?.language === language ? values.getters.get(name) : undefined;
      return getter && valueFacts(follow(getter(), rest), members);
    } catch {
      // Its declaration was not reached, or the value is of a kind that nobody thought of.
      return undefined;
    }
  }

  /** A console that belongs to no cell: prints to the one that runs, or ran last. */
  readonly console: CellConsole = captureConsole({
    closed: false,
    print: (name, text) => this.#outputsOf(undefined)?.print(name, text),
    trace: (error) => traceLines(error, this.#current, this.#codes).join("\n"),
  });

  /**
   * An error nobody caught (a timer, a promise left alone). It ends the cell in which it arose, if that is still evaluated;
   * else the cell shows it. One of unknown origin is shown by the cell that was evaluated last, and ends nothing: it may be
   * another's. `stack`: where it was thrown, for what is no Error.
   */
  uncaught(error: unknown, stack = ""): void {
    const trace = error instanceof Error ? String(error.stack) : stack;
    // The outermost cell is the one whose timer or promise it was.
    const origin = this.#codes.frames(trace).at(-1)?.place?.cell;
    if (origin !== undefined && origin === this.#evaluating?.cell) {
      this.#evaluating.fail(error);
      return;
    }
    const cell = origin ?? this.#current;
    const outputs = cell && this.#errors.get(cell);
    if (cell === undefined || outputs === undefined) return;
    outputs.showUncaught(errorOutput(error, cell, this.#codes).output);
  }

  #outputsOf(cell: CellId | undefined): RunOutputs | undefined {
    const known = cell ?? this.#current;
    return known === undefined ? undefined : this.#outputs.get(known);
  }

  /** `errors` hears of an error also where `outputs` are unheard. */
  async #evaluate(program: CellProgram, outputs: RunOutputs, errors: RunOutputs): Promise<KernelWorkerEnd> {
    this.#current = program.cell;
    this.#outputs.set(program.cell, outputs);
    this.#errors.set(program.cell, errors);
    for (const copy of largeCopies(program, this.#values, this.#others)) {
      if (await this.#mayCopy(copy, errors)) continue;
      return fail(notCopied(copy, program.cell), { cell: program.cell, outputs, errors });
    }
    return program.language === "javascript"
      ? this.#evaluateHere(program, outputs, errors)
      : this.#evaluateElsewhere(program, outputs, errors);
  }

  async #mayCopy(copy: ValueCopy, outputs: RunOutputs): Promise<boolean> {
    if (this.askCopy !== undefined && this.#run !== undefined) return this.askCopy(this.#run, copy);
    outputs.print("stderr", copying(copy));
    return true;
  }

  async #evaluateElsewhere(program: CellProgram, outputs: RunOutputs, errors: RunOutputs): Promise<KernelWorkerEnd> {
    const { cell, language } = program;
    const runtime = this.#others.get(language);
    if (runtime === undefined) {
      const evalue = language === "sql" ? NO_SQL : `${language} was not started here`;
      const reason = { ename: "LanguageError", evalue, frames: [], notes: [] };
      return fail(foreignErrorOutput(reason, [], cell), { cell, outputs, errors });
    }
    let inputs: readonly CellInput[];
    try {
      inputs = this.#inputs(program);
    } catch (error) {
      return fail(errorOutput(error, cell, this.#codes), { cell, outputs, errors });
    }
    runtime.meet?.(this.#cluster(outputs));
    const { values, error, interrupted } = await runtime.evaluate(program, inputs, outputs);
    this.#values.set(cell, { language, getters: values });
    if (interrupted) return { status: "interrupted", cell };
    return error === undefined ? { status: "ok", cell } : fail(error, { cell, outputs, errors });
  }

  /** What the program reads that is there. @throws TypeError for a value that cannot leave its language */
  #inputs({ inputs, language }: CellProgram): readonly CellInput[] {
    return Object.entries(inputs).flatMap(([name, from]): readonly CellInput[] => {
      const values = this.#values.get(from);
      if (values?.language === language) return [{ name, from }];
      const getter = values?.getters.get(name);
      return getter === undefined ? [] : [{ name, from: givenBy(getter) }];
    });
  }

  async #evaluateHere(program: CellProgram, outputs: RunOutputs, errors: RunOutputs): Promise<KernelWorkerEnd> {
    const { cell } = program;
    const showing: Promise<void>[] = [];
    let getters: readonly Getter[] = [];
    const hook = (given: readonly Getter[]): void => void (getters = given);
    const own = (): ReadonlyMap<string, Getter> =>
      new Map(program.defines.map((name, index) => [name, getterAt(getters, index)]));
    try {
      const value = await this.#callOrFail(program, this.#globals(program, outputs, { hook, showing, own }));
      this.#values.set(cell, { language: "javascript", getters: own() });
      if (value !== undefined) this.#show(value, "execute_result", outputs, showing);
      await Promise.all(showing);
      return { status: "ok", cell };
    } catch (error) {
      this.#values.set(cell, { language: "javascript", getters: reached(program, getters) });
      await Promise.all(showing);
      return fail(errorOutput(error, cell, this.#codes), { cell, outputs, errors });
    }
  }

  /** Rejects with an error of the cell that nobody caught, too. What the cell does after that counts no more. */
  async #callOrFail(program: CellProgram, globals: Readonly<Record<string, unknown>>): Promise<unknown> {
    const failed = new Promise<never>((_, reject) => (this.#evaluating = { cell: program.cell, fail: reject }));
    try {
      return await Promise.race([this.#call(program, globals), failed]);
    } finally {
      this.#evaluating = undefined;
    }
  }

  #call(program: CellProgram, globals: Readonly<Record<string, unknown>>): Promise<unknown> {
    const inputs = Object.entries(program.inputs).flatMap(([name, cell]) => {
      const getter = this.#values.get(cell)?.getters.get(name);
      return getter === undefined ? [] : [{ name, value: getter() }];
    });
    const names = inputs.map(({ name }) => name);
    return this.#codes.load(program, globals, names)(...inputs.map(({ value }) => value));
  }

  #globals(
    { cell, controls }: CellProgram,
    outputs: RunOutputs,
    { hook, showing, own }: Insides,
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
    const progress = (done?: unknown, total?: unknown, text?: unknown): void =>
      outputs.progress(createProgress(done, total, text));
    const Inputs = inputsOf(new CellControls(controls, outputs));
    const rich = {
      Inputs,
      Plot: this.plot,
      display,
      html,
      svg,
      md,
      tex,
      mermaid,
      image,
      progress,
      cluster: createCluster(this.#cluster(outputs), own),
    };
    const imports = { [IMPORT_HOOK]: this.modules.import, [IMPORT_TAG]: () => this.modules.import };
    const hooks = { [EXPORT_HOOK]: hook, [TEMPLATE_HOOK]: templateTag, ...this.#hooks };
    return { ...hooks, ...imports, console, ...rich };
  }

  readonly #hooks = createHooks((cell) => this.#values.get(cell)?.getters);

  /** How what is evaluated now reaches other computers. */
  #cluster(outputs: RunOutputs): ClusterSurroundings {
    const [run, ask] = [this.#run, this.#askCluster];
    return {
      ask: run && ask && ((request) => ask(run, request)),
      print: (text) => outputs.print("stdout", text),
      progress: (done, total, text) => outputs.progress(createProgress(done, total, text)),
    };
  }

  #show(value: unknown, kind: "execute_result" | "display_data", outputs: RunOutputs, showing: Promise<void>[]): void {
    if (outputs.closed) return;
    const shown = toOutput(value);
    const outputOf = (data: NonNullable<typeof shown.ready>): CellOutput =>
      kind === "display_data"
        ? { output_type: kind, data, metadata: {} }
        : { output_type: kind, data, metadata: {}, execution_count: null };
    if (shown.ready) {
      outputs.show(outputOf(shown.ready));
      outputs.print("stdout", shown.note ?? "");
    } else showing.push(outputs.showLater(shown.making.then(outputOf)));
  }
}

function fail(
  { output, at }: CellError,
  { cell, outputs, errors }: { readonly cell: CellId; readonly outputs: RunOutputs; readonly errors: RunOutputs },
): KernelWorkerEnd {
  if (errors !== outputs) {
    errors.print("stderr", "A cell that this one needs failed when it was executed here again.\n");
  }
  errors.showError(output);
  return { status: "error", cell, ...(at && { line: at.line, column: at.column }) };
}

/** Rows of a table are made only for those who want rows. */
function givenBy(getter: Getter): GivenValue {
  const table = getter.table?.();
  if (table === undefined) return { value: getter() };
  return {
    table,
    get value() {
      return getter();
    },
  };
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
