import type { Getter } from "../LanguageRuntime.ts";
import type { ClusterWork } from "./Cluster.ts";
import { explained, ownScope, sourceOf } from "./ownScope.ts";
import { workOn, type Outcome, type TaskFunctions } from "./runTask.ts";
import { packPart, unpack } from "./travel.ts";

/**
 * Work of functions in JavaScript. `own`: what their cell defines. `each`: an item that fails has its error as its result,
 * and the others go on.
 */
export function javascriptWork(functions: TaskFunctions, own: ReadonlyMap<string, Getter>, each = false): ClusterWork {
  let reasons: ReadonlyMap<string, string> = new Map();
  const argument = (start: number, items: readonly unknown[]) => ({ start, items, ...(each && { each }) });
  const explain = (message: string): string => explained(message, reasons);
  const told = (outcome: unknown, on: string): unknown => {
    // reason: `workOn` gives outcomes where each item is to have one.
    const known = outcome as Outcome;
    return "error" in known ? new Error(explain(`${known.error}${on}`)) : known.value;
  };
  const results = (given: readonly unknown[], on: string): readonly unknown[] =>
    each ? given.map((outcome) => told(outcome, on)) : given;
  return {
    pack: (start, items) => packPart(argument(start, items)),
    task: () => {
      const [map, reduce] = [sourceOf(functions.map), sourceOf(functions.reduce)];
      const { reasons: found, ...scope } = ownScope([map, reduce], own);
      reasons = found;
      return { kind: "task", language: "javascript", map, reduce, scope };
    },
    // reason: `runTask` packs a list.
    unpack: (text, on) => results(unpack(text) as readonly unknown[], on),
    here: async (start, items) => results(await workOn(functions, argument(start, items)), ""),
    explain,
    ...(each && { failed: (error, count) => new Array<unknown>(count).fill(error) }),
  };
}
