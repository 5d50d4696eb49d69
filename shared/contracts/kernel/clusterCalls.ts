// What a cell asks of the page that wants work done on other computers (`cluster.map`), and the answers. The worker runs
// strangers' code: what it asks is parsed like a message from the network.

import type { RunId } from "../../base/ids.ts";
import { isRecord, readArray, readInteger, readOneOf, readString } from "../../base/parse.ts";
import { kib, mib, type Bytes } from "../../base/units.ts";
import type { ClusterRequest, ClusterScope } from "../../ports/ClusterTask.ts";

/** Hook by which a task's program has its functions called; see `runTask` in workers/kernel/cluster. */
export const TASK_HOOK = "__meshbook_task";
/** Hooks by which a program leaves a piece of a shared value in its kernel, and reads the whole. */
export const SHARE_HOOK = "__meshbook_share";
export const SHARED_HOOK = "__meshbook_shared";
/** Hook that gives the value of a text that travelled. */
export const GIVEN_HOOK = "__meshbook_given";
/** Mime type under which a task's value comes back, as text in the format of its language. */
export const TASK_VALUE = "application/vnd.meshbook.value";

/** Characters of a task's functions. They, the scope and the argument, which are escaped, must fit an offer (192 KiB). */
export const TASK_SOURCE_LIMIT: Bytes = kib(32);
/** Characters of definitions of the cell that travel with each task; what is larger is to be shared. */
export const TASK_SCOPE_LIMIT: Bytes = kib(32);
/** Characters of what a task is called with; a chunk that is larger is cut into smaller ones. */
export const TASK_ARGUMENT_LIMIT: Bytes = kib(48);
/** Characters of one shared value. It goes to every kernel, in pieces, before it works. */
export const SHARE_LIMIT: Bytes = mib(4);
/** Shared values of one run, and how many of them a task may need. */
export const SHARE_COUNT = 100;

const NAME_LIMIT = 256;
const NAME_COUNT = 500;
const SHARE_ID = /^[A-Za-z0-9_-]{1,64}$/;
const LANGUAGES = ["javascript", "python"] as const;

/** Worker → page, on comlink's port. `call` names the question in its answer. */
export interface ClusterQuestion {
  readonly type: "cluster";
  readonly run: RunId;
  readonly call: number;
  readonly request: ClusterRequest;
}

/** Reads a question; undefined for anything a sound worker does not ask. */
export function parseClusterQuestion(
  value: Readonly<Record<string, unknown>>,
): Pick<ClusterQuestion, "call" | "request"> | undefined {
  const call = readInteger(value["call"], 0, Number.MAX_SAFE_INTEGER);
  const request = isRecord(value["request"]) ? parseRequest(value["request"]) : undefined;
  return call === undefined || request === undefined ? undefined : { call, request };
}

function parseRequest(value: Readonly<Record<string, unknown>>): ClusterRequest | undefined {
  if (value["kind"] === "width") return { kind: "width" };
  const language = readOneOf(value["language"], LANGUAGES);
  if (language === undefined) return undefined;
  if (value["kind"] === "share") {
    const [id, text] = [readShareId(value["id"]), readString(value["text"], SHARE_LIMIT)];
    return id === undefined || text === undefined ? undefined : { kind: "share", language, id, text };
  }
  const map = readString(value["map"], TASK_SOURCE_LIMIT);
  const reduce = readString(value["reduce"], TASK_SOURCE_LIMIT);
  const argument = readString(value["argument"], TASK_ARGUMENT_LIMIT);
  const scope = parseScope(value["scope"]);
  if (value["kind"] !== "task" || argument === undefined || scope === undefined) return undefined;
  return (map ?? reduce) === undefined ? undefined : { kind: "task", language, map, reduce, scope, argument };
}

function parseScope(value: unknown): ClusterScope | undefined {
  if (!isRecord(value)) return undefined;
  const names = readArray(value["names"], NAME_COUNT, (name) => readString(name, NAME_LIMIT));
  const shares = readArray(value["shares"], SHARE_COUNT, readShareId);
  const code = readString(value["code"], TASK_SCOPE_LIMIT);
  return names === undefined || shares === undefined || code === undefined ? undefined : { names, shares, code };
}

const readShareId = (value: unknown): string | undefined =>
  typeof value === "string" && SHARE_ID.test(value) ? value : undefined;
