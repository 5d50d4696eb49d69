import { keepsNothing, type Execution } from "../../execution/execution.ts";
import { isMemo } from "../../notebook/kept/memoMark.ts";
import type { ExecutionRunnerOptions } from "../execution/ExecutionRunnerOptions.ts";
import { Memo } from "./Memo.ts";
import { runtimeAt } from "./runtimes.ts";

/** What keeps the result of an execution, if the cell asks for that. What ran on everybody is many results, and none. */
export function memoOf(
  { cell, place, anew }: Execution,
  { kept, doc, kernelFor }: Pick<ExecutionRunnerOptions, "kept" | "doc" | "kernelFor">,
): Memo | undefined {
  if (kept === undefined || place.at === "everybody" || !isMemo(doc, cell)) return undefined;
  const agent = place.at === "agent" ? kernelFor(place.agent) : undefined;
  return new Memo({
    results: kept,
    runtime: (language) => runtimeAt(language, agent),
    anew: anew === true,
    forgets: keepsNothing(place),
  });
}
