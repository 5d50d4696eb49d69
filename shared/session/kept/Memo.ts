import type { CellId, ContentHash, RunId } from "../../base/ids.ts";
import type { Milliseconds } from "../../base/units.ts";
import { directNeeds } from "../../dataflow/flowGraph.ts";
import type { NotebookFlow } from "../../dataflow/resolveInputs.ts";
import type { CellOutput } from "../../notebook/output.ts";
import { CONTROL_MIME } from "../../notebook/controls/controlMime.ts";
import { NOTHING_KEPT } from "../../notebook/gathered/gathered.ts";
import type { KeptLanguage } from "../../notebook/kept/keptResult.ts";
import type { KeptMark } from "../../notebook/runRecord.ts";
import type { CellLanguage, CellProgram } from "../../ports/Kernel.ts";
import { inputIdentities, type Identities } from "./inputIdentities.ts";
import { askValues, keepingProgram, type Execute } from "./keepProgram.ts";
import { keptKey } from "./keptKey.ts";
import { keptValuesCell } from "./keptProgram.ts";
import type { FoundResult, KeptResults } from "./KeptResults.ts";

/** One run of a cell whose result is to be kept, where it is about to be executed. */
export interface MemoRun {
  readonly flow: NotebookFlow;
  readonly cell: CellId;
  /** With its controls and the pins of its imports as they stand now. */
  readonly program: () => CellProgram;
  /** What the kernel has to execute before the cell; less, once it was executed. */
  readonly before: () => readonly CellProgram[];
  /** `before` was executed. */
  readonly made: () => void;
  readonly execute: Execute;
}

export interface MemoOptions {
  readonly results: KeptResults;
  readonly runtime: (language: KeptLanguage) => string;
  /** True: it is executed whatever is kept. */
  readonly anew: boolean;
  /** The place keeps no values from one execution to the next. */
  readonly forgets: boolean;
}

const OTHER_LANGUAGE = "results are kept of cells in JavaScript and Python only";
const CONTROLS = "it shows controls, which somebody may move";
const READS_MUCH = "any computer would make what it reads again and again. Run it here, or on one of them by name";
const FORGETS = "any computer keeps no values of what it ran. Run it here, or on one of them by name";

export interface FoundMemo {
  readonly result: FoundResult;
  readonly mark: KeptMark;
}

/** What came of executing it. */
export interface RanMemo {
  readonly run: RunId;
  readonly duration: Milliseconds;
  readonly outputs: readonly CellOutput[];
}

/** Finds the result of a cell among those that were kept, or keeps the one it gives. */
export class Memo {
  readonly #options: MemoOptions;
  #identities: Identities | undefined;
  /** Why the result cannot be kept. */
  #refused: string | undefined;

  constructor(options: MemoOptions) {
    this.#options = options;
  }

  /** The kept result of what the cell would do now; undefined if it must be executed. Rejects as the kernel does. */
  async find(run: MemoRun): Promise<FoundMemo | undefined> {
    const { language, controls } = run.program();
    if (language === "sql") this.#refused = OTHER_LANGUAGE;
    else if (controls !== undefined) this.#refused = CONTROLS;
    if (this.#refused !== undefined) return undefined;
    await this.#identify(run);
    const key = this.#key(run);
    const result = key === undefined || this.#options.anew ? undefined : await this.#options.results.find(key);
    if (key === undefined || result === undefined) return undefined;
    const { by, byName, at } = result.entry;
    return { result, mark: { key, from: { by, name: byName, at } } };
  }

  /** The flow in which the cell is executed: where a kernel forgets what it was asked, the inputs are those it told. */
  flowFor({ flow }: MemoRun): NotebookFlow {
    if (!this.#options.forgets || this.#identities === undefined) return flow;
    const changed = new Map(flow);
    for (const [cell, values] of this.#identities.values) {
      const known = flow.get(cell);
      if (known !== undefined) changed.set(cell, keptValuesCell(known, values));
    }
    return changed;
  }

  /** Keeps what the run gave, or says why not. Rejects as the kernel does. */
  async keep(run: MemoRun, ran: RanMemo): Promise<KeptMark> {
    const { cell, defines, language, controls } = run.program();
    const { results, forgets } = this.#options;
    const key = this.#refused === undefined ? this.#key(run) : undefined;
    if (key === undefined || language === "sql") return { refused: this.#refused ?? OTHER_LANGUAGE };
    if (controls !== undefined || ran.outputs.some(isControl)) return { refused: CONTROLS };
    if (defines.length > 0 && forgets) return { refused: FORGETS };
    const asked = keepingProgram(cell, defines, language);
    const left = defines.length === 0 ? NOTHING_KEPT : await askValues(run.execute, asked, []);
    const missing = defines.find((name) => left === undefined || !Object.hasOwn(left.values, name));
    if (left === undefined) return { refused: "the values it left could not be read" };
    if (missing !== undefined) return { refused: left.reasons[missing] ?? `${missing} was not given a value` };
    const follows = { runtime: this.#options.runtime(language), inputs: this.#identities?.inputs ?? {} };
    return results.keep(key, { ...ran, language, values: left.values, follows });
  }

  async #identify(run: MemoRun): Promise<void> {
    const { flow, cell } = run;
    if (this.#options.forgets && directNeeds(flow, cell).size > 1) {
      this.#refused = READS_MUCH;
      return;
    }
    const found = await inputIdentities(flow, cell, async (definer, names) => {
      const asked = keepingProgram(definer, names, languageOf(flow, definer));
      const values = await askValues(run.execute, asked, run.before());
      if (values !== undefined) run.made();
      return values;
    });
    if (found.ok) this.#identities = found.value;
    else this.#refused = found.error;
  }

  #key(run: MemoRun): ContentHash | undefined {
    const { language, code, defines, pins } = run.program();
    if (this.#identities === undefined || language === "sql") return undefined;
    const runtime = this.#options.runtime(language);
    return keptKey({ language, runtime, code, defines, inputs: this.#identities.inputs, pins });
  }
}

function languageOf(flow: NotebookFlow, cell: CellId): CellLanguage {
  const compiled = flow.get(cell)?.compiled;
  return compiled?.ok === true ? compiled.value.language : "javascript";
}

const isControl = (output: CellOutput): boolean => "data" in output && Object.hasOwn(output.data, CONTROL_MIME);
