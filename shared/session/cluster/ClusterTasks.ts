import { KernelLostError, messageOf } from "../../base/errors.ts";
import { RunId, type CellId, type PeerId } from "../../base/ids.ts";
import { TASK_HOOK, TASK_VALUE } from "../../contracts/clusterCalls.ts";
import type { ClusterAnswer, ClusterTask } from "../../ports/ClusterTask.ts";
import { type NotebookFlow } from "../../dataflow/resolveInputs.ts";
import { programsBefore } from "../../execution/programsBefore.ts";
import type { CellOutput } from "../../notebook/output.ts";
import { needs, type CellLanguage, type CellProgram, type Kernel, type KernelRequest } from "../../ports/Kernel.ts";
import type { AgentView } from "../views.ts";

/** Where tasks of a notebook can be worked on. */
export interface ClusterPlace {
  /** Computers that take jobs, now. */
  agents(): readonly AgentView[];
  /** A new kernel on one of them, for this notebook; undefined if it is gone. */
  kernel(agent: PeerId): Kernel | undefined;
}

interface Worker {
  readonly agent: PeerId;
  readonly name: string;
  readonly kernel: Kernel;
}

const LANGUAGES = ["javascript", "python", "sql"] as const satisfies readonly CellLanguage[];
/** Tasks of one run that may wait or be worked on: a sound cell asks for as many as there are slots. */
const OPEN_LIMIT = 1_024;
const NOBODY = "no computer takes this task any more";

/**
 * Has the tasks of one run done on other computers. A kernel that made the values of the cells that a task reads serves
 * the tasks after it, too: one for each slot at most.
 */
export class ClusterTasks {
  readonly #place: ClusterPlace;
  readonly #flow: NotebookFlow;
  readonly #cell: CellId;
  readonly #asMoved: (program: CellProgram) => CellProgram;
  readonly #workers = new Set<Worker>();
  readonly #busy = new Set<Worker>();
  /** Tasks beyond the slots there are: computers may have left since the run asked. */
  readonly #waiting: (() => void)[] = [];
  readonly #stop = new AbortController();

  /** `asMoved`: gives a program where its controls stand. */
  constructor(
    place: ClusterPlace,
    given: {
      readonly flow: NotebookFlow;
      readonly cell: CellId;
      readonly asMoved?: (program: CellProgram) => CellProgram;
    },
  ) {
    this.#place = place;
    this.#flow = given.flow;
    this.#cell = given.cell;
    this.#asMoved = given.asMoved ?? ((program) => program);
  }

  /** Answers what a run asks. Never rejects. */
  async answer(task: ClusterTask | undefined): Promise<ClusterAnswer> {
    if (task === undefined) return { status: "width", width: this.#width() };
    if (this.#waiting.length >= OPEN_LIMIT) {
      return { status: "failed", message: `more than ${OPEN_LIMIT} tasks at once`, printed: "" };
    }
    while (this.#busy.size > 0 && this.#busy.size >= this.#width() && !this.#stop.signal.aborted) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    const worker = this.#stop.signal.aborted ? undefined : this.#take();
    if (worker === undefined) return { status: "lost", message: NOBODY };
    this.#busy.add(worker);
    try {
      return await this.#workOn(task, worker);
    } catch (error) {
      this.#drop(worker);
      const reason = error instanceof KernelLostError && error.cause instanceof Error ? error.cause : error;
      return { status: "lost", message: `${worker.name || "a computer"}: ${messageOf(reason)}` };
    } finally {
      this.#busy.delete(worker);
      this.#waiting.shift()?.();
    }
  }

  /** Stops what is worked on, and gives the kernels back. */
  close(): void {
    this.#stop.abort();
    for (const go of this.#waiting.splice(0)) go();
    for (const worker of [...this.#workers]) this.#drop(worker);
  }

  #width(): number {
    return this.#fitting().reduce((sum, { slots }) => sum + slots, 0);
  }

  async #workOn(task: ClusterTask, { kernel, name }: Worker): Promise<ClusterAnswer> {
    const outputs: CellOutput[] = [];
    const request = this.#request(task, kernel);
    const end = await kernel.execute(request, (output) => outputs.push(output), this.#stop.signal);
    const printed = outputs.map((output) => (output.output_type === "stream" ? output.text : "")).join("");
    if (end.status === "interrupted") return { status: "lost", message: "it was stopped" };
    const value = outputs.map(valueIn).find((found) => found !== undefined);
    if (end.status === "ok" && value !== undefined) return { status: "done", value, printed };
    const error = outputs.find((output) => output.output_type === "error");
    const message = error === undefined ? "it gave no value" : error.evalue;
    return { status: "failed", message: name === "" ? message : `${message} (on ${name})`, printed };
  }

  #request(task: ClusterTask, kernel: Kernel): KernelRequest {
    const held = kernel.holds();
    const before = programsBefore(this.#flow, this.#cell, (cell) => held.has(cell));
    return { run: RunId.create(), program: this.#program(task), before: before.map(this.#asMoved) };
  }

  /** Its functions stand where the cell stands: they read the same variables of other cells. */
  #program({ map, reduce, argument }: ClusterTask): CellProgram {
    const functions = [map, reduce].map((source) => (source === undefined ? "undefined" : `(${source}\n)`));
    const code = `"use strict";return(${TASK_HOOK}(${functions.join(",")},${JSON.stringify(argument)}))`;
    const cell = this.#flow.get(this.#cell);
    const inputs = cell === undefined ? {} : Object.fromEntries(cell.inputs);
    return { cell: this.#cell, language: "javascript", code, inputs, defines: [] };
  }

  /** A kernel that waits, or a new one where most of the slots are free. */
  #take(): Worker | undefined {
    const agents = this.#fitting();
    for (const worker of this.#workers) {
      if (this.#busy.has(worker)) continue;
      if (worker.kernel.lost !== true && agents.some(({ peer }) => peer === worker.agent)) return worker;
      this.#drop(worker);
    }
    const loads = agents.map((agent) => ({ agent, load: this.#load(agent) }));
    loads.sort((one, other) => one.load - other.load);
    for (const { agent } of loads) {
      const kernel = this.#place.kernel(agent.peer);
      if (kernel === undefined) continue;
      const worker = { agent: agent.peer, name: agent.name, kernel };
      this.#workers.add(worker);
      return worker;
    }
    return undefined;
  }

  /** Share of the slots that we use. */
  #load({ peer, slots }: AgentView): number {
    return [...this.#workers].filter(({ agent }) => agent === peer).length / slots;
  }

  #drop(worker: Worker): void {
    this.#workers.delete(worker);
    worker.kernel.close();
  }

  /** Computers that execute all languages of the cells that a task reads. */
  #fitting(): readonly AgentView[] {
    const before = programsBefore(this.#flow, this.#cell, () => false);
    const program = { cell: this.#cell, language: "javascript", code: "", inputs: {}, defines: [] } as const;
    const needed = LANGUAGES.filter((language) => needs(language, { run: RunId.create(), program, before }));
    return this.#place.agents().filter(({ languages }) => needed.every((language) => languages.includes(language)));
  }
}

function valueIn(output: CellOutput): string | undefined {
  if (output.output_type !== "execute_result") return undefined;
  const value = output.data[TASK_VALUE];
  return typeof value === "string" ? value : undefined;
}
