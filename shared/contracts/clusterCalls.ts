// What a cell asks of the page that wants work done on other computers (`cluster.map`), and the answers. The worker runs
// strangers' code: what it asks is parsed like a message from the network.

import type { RunId } from "../base/ids.ts";
import { isRecord, readInteger, readString } from "../base/parse.ts";
import { kib, type Bytes } from "../base/units.ts";
import type { ClusterTask } from "../ports/ClusterTask.ts";

/** Hook by which a task's program has its functions called; see `runTask` in workers/kernel/cluster. */
export const TASK_HOOK = "__meshbook_task";
/** Mime type under which a task's value comes back, as text in devalue's format. */
export const TASK_VALUE = "application/vnd.meshbook.value";

/** Characters of a task's functions. They and the argument, which is escaped, must fit an offer (192 KiB). */
export const TASK_SOURCE_LIMIT: Bytes = kib(32);
/** Characters of what a task is called with; a chunk that is larger is cut into smaller ones. */
export const TASK_ARGUMENT_LIMIT: Bytes = kib(48);

/** Worker → page, on comlink's port. `call` names the question in its answer. */
export interface ClusterQuestion {
  readonly type: "cluster";
  readonly run: RunId;
  readonly call: number;
  /** Undefined: asks only how many tasks can be worked on at once. */
  readonly task: ClusterTask | undefined;
}

/** Reads a question; undefined for anything a sound worker does not ask. */
export function parseClusterQuestion(
  value: Readonly<Record<string, unknown>>,
): Pick<ClusterQuestion, "call" | "task"> | undefined {
  const call = readInteger(value["call"], 0, Number.MAX_SAFE_INTEGER);
  if (call === undefined) return undefined;
  if (value["task"] === undefined) return { call, task: undefined };
  const task = parseTask(value["task"]);
  return task && { call, task };
}

function parseTask(value: unknown): ClusterTask | undefined {
  if (!isRecord(value)) return undefined;
  const map = readString(value["map"], TASK_SOURCE_LIMIT);
  const reduce = readString(value["reduce"], TASK_SOURCE_LIMIT);
  const argument = readString(value["argument"], TASK_ARGUMENT_LIMIT);
  return argument === undefined || (map ?? reduce) === undefined ? undefined : { map, reduce, argument };
}
