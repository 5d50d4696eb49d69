import type { CellId } from "../../base/ids.ts";
import type { KernelIndex } from "../../execution/execution.ts";
import type { Kernel, ValueFacts, ValuePath } from "../../ports/Kernel.ts";
import type { KernelPool } from "../KernelPool.ts";

/** A kernel on this computer that holds what the last run of a cell defined. */
export interface ValueHolder {
  readonly kernel: Kernel;
  readonly index: KernelIndex;
}

/** `known`: looked at now. `busy`: here, in a kernel that executes. `away`: in no kernel of this computer. */
export type ValueState =
  | { readonly state: "known"; readonly facts: ValueFacts; readonly kernel: KernelIndex }
  | { readonly state: "busy"; readonly kernel: KernelIndex }
  | { readonly state: "away" };

/** The values of one notebook, as far as they are on this computer. Looking at them starts and executes nothing. */
export interface NotebookValues {
  /** One answer for each path. Paths without a cell are asked of any kernel that is there. */
  look(paths: readonly ValuePath[], members?: boolean): Promise<readonly ValueState[]>;
}

export class HeldValues implements NotebookValues {
  readonly #holderOf: (cell: CellId | undefined) => ValueHolder | undefined;

  constructor(holderOf: (cell: CellId | undefined) => ValueHolder | undefined) {
    this.#holderOf = holderOf;
  }

  async look(paths: readonly ValuePath[], members = false): Promise<readonly ValueState[]> {
    const states = new Map<ValuePath, ValueState>();
    const asked = new Map<Kernel, { index: KernelIndex; paths: ValuePath[] }>();
    for (const path of paths) {
      const holder = this.#holderOf(path.cell);
      if (holder?.kernel.inspect === undefined) continue;
      const { kernel, index } = holder;
      states.set(path, { state: "busy", kernel: index });
      const group = asked.get(kernel) ?? { index, paths: [] };
      asked.set(kernel, group);
      group.paths.push(path);
    }
    await Promise.all([...asked].map(([kernel, group]) => ask(kernel, group, members, states)));
    return paths.map((path) => states.get(path) ?? { state: "away" });
  }
}

/** The first kernel of a pool that is there and holds what is asked for. */
export function holderOf(pool: KernelPool, holds: (kernel: Kernel) => boolean): ValueHolder | undefined {
  for (let index = 0; index < pool.size; index++) {
    const kernel = pool.at(index);
    if (kernel !== undefined && holds(kernel)) return { kernel, index };
  }
  return undefined;
}

async function ask(
  kernel: Kernel,
  { index, paths }: { readonly index: KernelIndex; readonly paths: readonly ValuePath[] },
  members: boolean,
  states: Map<ValuePath, ValueState>,
): Promise<void> {
  const answer = await kernel.inspect?.({ paths, members });
  if (answer === undefined) return;
  for (const [at, path] of paths.entries()) {
    const facts = answer[at];
    states.set(path, facts === undefined ? { state: "away" } : { state: "known", facts, kernel: index });
  }
}
