// Looking at values of JavaScript without executing anything of a cell: own descriptors and prototypes only, and what is
// built in as it was before the first cell.

import { MEMBER_NAME_LIMIT, MEMBERS_LIMIT } from "#shared/contracts/kernel/valueQuestion.ts";
import type { MemberFacts } from "#shared/ports/Kernel.ts";
import { isKnownProxy } from "./knownProxies.ts";

const { getOwnPropertyDescriptor, getPrototypeOf } = Object;
const { apply, ownKeys } = Reflect;
const isArray = Array.isArray.bind(Array);
const isView = ArrayBuffer.isView.bind(ArrayBuffer);
/** What a built-in method or getter gives when it is called on a value. It is taken before a cell could replace it. */
export function builtIn(prototype: object, name: string): (value: unknown) => unknown {
  const property = getOwnPropertyDescriptor(prototype, name);
  const method: unknown = property && (Reflect.get(property, "get") ?? Reflect.get(property, "value"));
  // reason: whoever names it knows that it is there.
  return (value) => apply<unknown, [], unknown>(method as () => unknown, value, []);
}

const sourceOf = builtIn(Function.prototype, "toString");

/** Prototypes above a value: nobody writes longer chains. */
const CHAIN_LIMIT = 50;
/** Names of every object that nobody calls. */
const HIDDEN = new Set([
  ...["constructor", "__proto__", "__defineGetter__", "__defineSetter__", "__lookupGetter__", "__lookupSetter__"],
  ...["caller", "callee", "arguments"],
]);

const PROTOTYPES: Readonly<Record<string, object>> = {
  string: String.prototype,
  number: Number.prototype,
  boolean: Boolean.prototype,
  bigint: BigInt.prototype,
  symbol: Symbol.prototype,
};

export const isObject = (value: unknown): value is object =>
  (typeof value === "object" && value !== null) || typeof value === "function";

/** The objects among which a property of `value` is looked for, up to the first proxy. */
export function chainOf(value: unknown): readonly object[] {
  const chain: object[] = [];
  let at: object | null | undefined = isObject(value) ? value : PROTOTYPES[typeof value];
  while (at && !isKnownProxy(at) && chain.length < CHAIN_LIMIT) {
    chain.push(at);
    // reason: what has no type here is looked at step by step.
    at = getPrototypeOf(at) as object | null;
  }
  return chain;
}

/** A property that is data; undefined for what would have to be computed. */
export function dataProperty(value: unknown, name: string): unknown {
  for (const holder of chainOf(value)) {
    const property = getOwnPropertyDescriptor(holder, name);
    if (property !== undefined) return "value" in property ? property.value : undefined;
  }
  return undefined;
}

/** The names that could stand behind a dot. */
export function membersOf(value: unknown): readonly MemberFacts[] {
  const found = new Map<string, MemberFacts>();
  for (const holder of chainOf(value)) {
    for (const name of namesOf(holder)) {
      if (found.size >= MEMBERS_LIMIT) return [...found.values()];
      if (found.has(name) || HIDDEN.has(name) || name.length > MEMBER_NAME_LIMIT) continue;
      found.set(name, { name, kind: kindOf(holder, name) });
    }
  }
  return [...found.values()];
}

/** Lists have a name for each item, millions perhaps, and none that could stand behind a dot. */
function namesOf(holder: object): readonly string[] {
  if (isArray(holder)) return ["length", ...(holder === Array.prototype ? strings(holder) : [])];
  return isView(holder) ? [] : strings(holder);
}

const strings = (holder: object): readonly string[] =>
  ownKeys(holder).filter((name): name is string => typeof name === "string");

function kindOf(holder: object, name: string): MemberFacts["kind"] {
  const property = getOwnPropertyDescriptor(holder, name);
  if (property === undefined || !("value" in property)) return "computed";
  const value: unknown = property.value;
  if (typeof value !== "function" || isKnownProxy(value)) return "value";
  return isClass(value) ? "class" : "function";
}

/** The text of a function; empty for a proxy of one. */
export const functionText = (value: object): string => (isKnownProxy(value) ? "" : String(sourceOf(value)));
export const isClass = (value: object): boolean => functionText(value).startsWith("class");
