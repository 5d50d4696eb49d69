import type { Getter } from "../LanguageRuntime.ts";
import type { ClusterWork } from "./Cluster.ts";
import { explained, ownScope, sourceOf } from "./ownScope.ts";
import { workOn, type TaskFunctions } from "./runTask.ts";
import { packPart, unpack } from "./travel.ts";

/** Work of functions in JavaScript. `own`: what their cell defines. */
export function javascriptWork(functions: TaskFunctions, own: ReadonlyMap<string, Getter>): ClusterWork {
  let reasons: ReadonlyMap<string, string> = new Map();
  return {
    pack: packPart,
    task: () => {
      const [map, reduce] = [sourceOf(functions.map), sourceOf(functions.reduce)];
      const { reasons: found, ...scope } = ownScope([map, reduce], own);
      reasons = found;
      return { kind: "task", language: "javascript", map, reduce, scope };
    },
    // reason: `runTask` packs a list.
    unpack: (text) => unpack(text) as readonly unknown[],
    here: (start, items) => workOn(functions, { start, items }),
    explain: (message) => explained(message, reasons),
  };
}
