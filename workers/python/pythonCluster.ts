import { messageOf } from "#shared/base/errors.ts";
import type { ClusterScope } from "#shared/ports/ClusterTask.ts";
import { spread, type ClusterSurroundings, type ClusterWork } from "../kernel/cluster/Cluster.ts";
import type { PythonCluster } from "./pyodideApi.ts";

/** What cluster.py hands over: functions and items as text. */
interface PythonWork {
  readonly map: string | null;
  readonly reduce: string | null;
  readonly scope: ClusterScope;
  readonly items: readonly string[];
  readonly chunk: number | null;
  readonly retries: number;
  /** An item that fails has its error as its result, and the others go on. */
  readonly each: boolean;
}

/** `cluster` of cells in Python: chunks are cut and given away as for those in JavaScript, and nothing of them is read here. */
export function pythonCluster(surroundings: ClusterSurroundings | undefined): PythonCluster {
  const ask = surroundings?.ask;
  return {
    width: async () => {
      const answer = await ask?.({ kind: "width" });
      return answer?.status === "width" ? answer.width : 0;
    },
    share: async (id, text) => {
      const answer = await ask?.({ kind: "share", language: "python", id, text });
      return answer?.status === "failed" ? answer.message : "";
    },
    spread: (text) => {
      // reason: cluster.py wrote it.
      const { items, chunk, retries, ...functions } = JSON.parse(text) as PythonWork;
      const options = { retries, ...(chunk !== null && { chunk }) };
      const given = { options, surroundings: surroundings ?? ALONE };
      const parts = spread(items, workOf(functions), given);
      return {
        next: async () => {
          try {
            const { value, done } = await parts.next();
            return JSON.stringify(done === true ? null : { start: value.start, results: value.results[0] });
          } catch (error) {
            return JSON.stringify({ error: messageOf(error) });
          }
        },
      };
    },
  };
}

const ALONE: ClusterSurroundings = { ask: undefined, print: () => undefined, progress: () => undefined };

function workOf({ map, reduce, scope, each }: Pick<PythonWork, "map" | "reduce" | "scope" | "each">): ClusterWork {
  return {
    pack: (start, items) => `{"start":${start},"items":[${items.join(",")}],"each":${each}}`,
    task: () => ({ kind: "task", language: "python", map: map ?? undefined, reduce: reduce ?? undefined, scope }),
    // As one text: only Python reads it.
    unpack: (text, on) => [{ text, on }],
    // Which only Python can: it takes so many items from where the part starts.
    here: (_, items) => Promise.resolve([{ here: items.length }]),
    explain: (message) => message,
    ...(each && { failed: (error, count) => [{ failed: messageOf(error), count }] }),
  };
}
