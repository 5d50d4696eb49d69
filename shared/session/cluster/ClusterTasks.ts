import { KernelLostError, messageOf } from "../../base/errors.ts";
import { RunId, type CellId, type PeerId } from "../../base/ids.ts";
import { SHARE_COUNT, SHARE_LIMIT, TASK_VALUE } from "../../contracts/kernel/clusterCalls.ts";
import type { ClusterAnswer, ClusterRequest, ClusterShare, ClusterTask } from "../../ports/ClusterTask.ts";
import { type NotebookFlow } from "../../dataflow/resolveInputs.ts";
import { programsBefore } from "../../execution/programsBefore.ts";
import type { CellOutput } from "../../notebook/output.ts";
import { needs, type CellLanguage, type CellProgram, type Kernel, type KernelRequest } from "../../ports/Kernel.ts";
import type { AgentView } from "../views.ts";
import { shareProgram, taskProgram } from "./taskPrograms.ts";

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
  /** Shared values that it was given. */
  readonly shares: Set<string>;
}

const LANGUAGES = ["javascript", "python", "sql"] as const satisfies readonly CellLanguage[];
/** Tasks of one run that may wait or be worked on: a sound cell asks for as many as there are slots. */
const OPEN_LIMIT = 1_024;
/** Characters of all shared values of one run. */
const SHARES_LIMIT = 4 * SHARE_LIMIT;
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
  /** Computers that lost a task and have ended none since: one that fell silent is still shown as here. */
  readonly #doubtful = new Set<PeerId>();
  readonly #shares = new Map<string, ClusterShare>();
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
  async answer(task: ClusterRequest): Promise<ClusterAnswer> {
    if (task.kind === "share") return this.#keep(task);
    if (task.kind === "width") return { status: "width", width: this.#width() };
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
      const answer = await this.#workOn(task, worker);
      this.#doubtful.delete(worker.agent);
      return answer;
    } catch (error) {
      this.#drop(worker);
      this.#doubtful.add(worker.agent);
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

  #keep(share: ClusterShare): ClusterAnswer {
    const size = [...this.#shares.values()].reduce((sum, { text }) => sum + text.length, share.text.length);
    if (this.#shares.size >= SHARE_COUNT || size > SHARES_LIMIT) {
      return { status: "failed", message: "this cell shares too much with other computers", printed: "" };
    }
    this.#shares.set(share.id, share);
    return { status: "kept" };
  }

  /** Shared values that a task needs and the kernel has not. False: it could not take them. */
  async #give({ scope }: ClusterTask, { kernel, shares }: Worker): Promise<boolean> {
    for (const id of scope.shares) {
      const share = shares.has(id) ? undefined : this.#shares.get(id);
      for (const program of share === undefined ? [] : shareProgram(share)) {
        const end = await kernel.execute({ run: RunId.create(), program, before: [] }, () => {}, this.#stop.signal);
        if (end.status !== "ok") return false;
      }
      shares.add(id);
    }
    return true;
  }

  async #workOn(task: ClusterTask, worker: Worker): Promise<ClusterAnswer> {
    const { kernel, name } = worker;
    if (!(await this.#give(task, worker))) return { status: "lost", message: `${name} did not take a shared value` };
    const outputs: CellOutput[] = [];
    const request = this.#request(task, kernel);
    const end = await kernel.execute(request, (output) => outputs.push(output), this.#stop.signal);
    const printed = outputs.map((output) => (output.output_type === "stream" ? output.text : "")).join("");
    if (end.status === "interrupted") return { status: "lost", message: "it was stopped" };
    const value = outputs.map(valueIn).find((found) => found !== undefined);
    const on = name === "" ? "" : ` (on ${name})`;
    if (end.status === "ok" && value !== undefined) return { status: "done", value, printed, on };
    const error = outputs.find((output) => output.output_type === "error");
    const message = error === undefined ? "it gave no value" : error.evalue;
    return { status: "failed", message: `${message}${on}`, printed };
  }

  #request(task: ClusterTask, kernel: Kernel): KernelRequest {
    const held = kernel.holds();
    const before = programsBefore(this.#flow, this.#cell, (cell) => held.has(cell));
    return {
      run: RunId.create(),
      program: this.#asMoved(taskProgram(task, this.#flow, this.#cell)),
      before: before.map(this.#asMoved),
    };
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
    loads.sort((one, other) => this.#doubt(one.agent) - this.#doubt(other.agent) || one.load - other.load);
    for (const { agent } of loads) {
      const kernel = this.#place.kernel(agent.peer);
      if (kernel === undefined) continue;
      const worker = { agent: agent.peer, name: agent.name, kernel, shares: new Set<string>() };
      this.#workers.add(worker);
      return worker;
    }
    return undefined;
  }

  #doubt({ peer }: AgentView): 0 | 1 {
    return this.#doubtful.has(peer) ? 1 : 0;
  }

  /** Share of the slots that we use. */
  #load({ peer, slots }: AgentView): number {
    return [...this.#workers].filter(({ agent }) => agent === peer).length / slots;
  }

  /** Of the cell, and so of its tasks. */
  #language(): CellLanguage {
    const compiled = this.#flow.get(this.#cell)?.compiled;
    return compiled?.ok === true ? compiled.value.language : "javascript";
  }

  #drop(worker: Worker): void {
    this.#workers.delete(worker);
    worker.kernel.close();
  }

  /** Computers that execute all languages of the cells that a task reads. */
  #fitting(): readonly AgentView[] {
    const before = programsBefore(this.#flow, this.#cell, () => false);
    const language = this.#language();
    const program = { cell: this.#cell, language, code: "", inputs: {}, defines: [] };
    const needed = LANGUAGES.filter((language) => needs(language, { run: RunId.create(), program, before }));
    return this.#place
      .agents()
      .filter((agent) => agent.refuses !== true && needed.every((language) => agent.languages.includes(language)));
  }
}

function valueIn(output: CellOutput): string | undefined {
  if (output.output_type !== "execute_result") return undefined;
  const value = output.data[TASK_VALUE];
  return typeof value === "string" ? value : undefined;
}
