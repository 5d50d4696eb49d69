import { messageOf } from "#shared/base/errors.ts";
import { GIVEN_HOOK, SHARED_HOOK, TASK_SCOPE_LIMIT, TASK_SOURCE_LIMIT } from "#shared/contracts/kernel/clusterCalls.ts";
import type { ClusterScope } from "#shared/ports/ClusterTask.ts";
import type { Getter } from "../LanguageRuntime.ts";
import { Shared } from "./Shares.ts";
import { pack } from "./travel.ts";

/** What the functions of a task take along of their own cell, and why they cannot take more. */
export interface OwnScope extends ClusterScope {
  /** Name of the cell's own → why its value stays here. */
  readonly reasons: ReadonlyMap<string, string>;
}

const WORD = /[\p{ID_Start}$_][\p{ID_Continue}$]*/gu;
// Taken before any cell runs.
const toSource = (fn: unknown): string => Function.prototype.toString.call(fn);

/**
 * The definitions of the cell that these functions name, and those that they name in turn: functions as their source, the
 * rest as data, as it is now. Words are looked for and not names, so that it may be more than is read; what cannot travel
 * is therefore no error before it is missed.
 */
export function ownScope(sources: readonly (string | undefined)[], own: ReadonlyMap<string, Getter>): OwnScope {
  const code: string[] = [];
  const names: string[] = [];
  const shares: string[] = [];
  const reasons = new Map<string, string>();
  const open = sources.flatMap((source) => (source === undefined ? [] : wordsIn(source)));
  const seen = new Set<string>();
  let size = 0;
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const getter = seen.has(name) ? undefined : own.get(name);
    seen.add(name);
    if (getter === undefined) continue;
    try {
      const { text, more, share } = definition(name, getter());
      if (size + text.length > TASK_SCOPE_LIMIT)
        throw new RangeError(`${name} is too large to travel with each task: give it to cluster.broadcast first`);
      size += text.length + 1;
      code.push(text);
      names.push(name);
      open.push(...more);
      if (share !== undefined) shares.push(share);
    } catch (error) {
      const early = error instanceof ReferenceError;
      reasons.set(name, early ? `${name} is defined further down in the cell` : messageOf(error));
    }
  }
  return { names, code: code.join("\n"), shares, reasons };
}

function definition(name: string, value: unknown): { text: string; more: readonly string[]; share?: string } {
  if (value instanceof Shared) {
    return { text: `const ${name}=${SHARED_HOOK}(${JSON.stringify(value.id)});`, more: [], share: value.id };
  }
  if (typeof value !== "function") {
    return { text: `const ${name}=${GIVEN_HOOK}(${JSON.stringify(pack(value, name))});`, more: [] };
  }
  const source = sourceOf(value) ?? "";
  return { text: `const ${name}=(${source}\n);`, more: wordsIn(source) };
}

const wordsIn = (source: string): readonly string[] => source.match(WORD) ?? [];

/** The source of a function. @throws if it has none that can travel */
export function sourceOf(fn: unknown): string | undefined {
  if (fn === undefined) return undefined;
  const source = toSource(fn);
  if (/\{\s*\[native code\]\s*\}$/.test(source)) {
    throw new TypeError("a built-in function cannot travel: write one around it, as in (x) => Math.sqrt(x)");
  }
  if (source.length > TASK_SOURCE_LIMIT) throw new RangeError("the function is too long to travel");
  return source;
}

/** The error of a task, with what is to be done about a name that was not there. */
export function explained(message: string, reasons: ReadonlyMap<string, string>): string {
  const name = /ReferenceError: ([\p{ID_Continue}$]+) is not defined/u.exec(message)?.[1];
  if (name === undefined) return message;
  const reason = reasons.get(name);
  if (reason !== undefined) return `${message}. It stayed on this computer: ${reason}`;
  return (
    `${message}. A function takes along what cells define, and not the variables of a function around it: ` +
    `hand “${name}” over with the items, or define it at the top of the cell`
  );
}
