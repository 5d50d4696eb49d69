import { FACT_LIMITS } from "#shared/contracts/kernel/valueQuestion.ts";
import type { ValueFacts } from "#shared/ports/Kernel.ts";
import { isKnownProxy } from "./knownProxies.ts";
import { builtIn, chainOf, dataProperty, functionText, isClass, isObject, membersOf } from "./properties.ts";
import { parametersOf } from "./parametersOf.ts";

/** Items of a list or object that a preview names. */
const ITEMS = 8;
const DEPTH = 2;
/** Characters of a text in a preview. */
const TEXT = 80;

const isArray = Array.isArray.bind(Array);
const isView = ArrayBuffer.isView.bind(ArrayBuffer);
const { getOwnPropertyDescriptor, keys } = Object;

/** What a value of JavaScript is. Executes nothing of a cell and looks at no more of a value than it tells. */
export function valueFacts(value: unknown, members: boolean): ValueFacts {
  const signature = typeof value === "function" ? parametersOf(functionText(value)) : undefined;
  return {
    type: cut(typeName(value), FACT_LIMITS.type),
    size: sizeOf(value),
    preview: cut(preview(value, 0), FACT_LIMITS.preview),
    signature: signature && cut(signature, FACT_LIMITS.signature),
    doc: undefined,
    members: members ? membersOf(value) : [],
  };
}

const cut = (text: string, limit: number): string => (text.length > limit ? `${text.slice(0, limit - 1)}…` : text);

function typeName(value: unknown): string {
  if (value === null) return "null";
  if (!isObject(value)) return typeof value;
  if (isKnownProxy(value)) return "Proxy";
  if (typeof value === "function") return isClass(value) ? "class" : "function";
  // The object itself may have a property of that name.
  for (const holder of chainOf(value).slice(1)) {
    const maker: unknown = getOwnPropertyDescriptor(holder, "constructor")?.value;
    const name: unknown =
      isObject(maker) && !isKnownProxy(maker) ? getOwnPropertyDescriptor(maker, "name")?.value : undefined;
    if (typeof name === "string" && name !== "") return name;
  }
  return "Object";
}

/** A number that something built in gives for a value; undefined where it is no such value. */
function numberOf(prototype: object, name: string): (value: unknown) => number | undefined {
  const call = builtIn(prototype, name);
  return (value) => {
    try {
      return Number(call(value));
    } catch {
      return undefined;
    }
  };
}

const mapSize = numberOf(Map.prototype, "size");
const setSize = numberOf(Set.prototype, "size");
// reason: the prototype of all typed arrays has no name.
const viewLength = numberOf(Object.getPrototypeOf(Uint8Array.prototype) as object, "length");
const bufferLength = numberOf(ArrayBuffer.prototype, "byteLength");
const timeOf = numberOf(Date.prototype, "getTime");

const counted = (count: number, word: string): string =>
  `${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`;

function sizeOf(value: unknown): string | undefined {
  if (typeof value === "string") return counted(value.length, "character");
  if (typeof value !== "object" || value === null || isKnownProxy(value)) return undefined;
  if (isArray(value)) return counted(value.length, "item");
  const length = isView(value) ? viewLength(value) : (mapSize(value) ?? setSize(value));
  if (length !== undefined) return counted(length, "item");
  const bytes = bufferLength(value);
  if (bytes !== undefined) return counted(bytes, "byte");
  return timeOf(value) === undefined
    ? counted(keys(value).length, "property").replace("propertys", "properties")
    : undefined;
}

function preview(value: unknown, depth: number): string {
  if (typeof value === "string") return JSON.stringify(cut(value, TEXT));
  if (typeof value === "bigint") return `${value}n`;
  if (!isObject(value)) return Object.is(value, -0) ? "-0" : String(value);
  if (isKnownProxy(value)) return "Proxy {…}";
  if (typeof value === "function") return functionName(value);
  const time = timeOf(value);
  if (time !== undefined) return Number.isNaN(time) ? "Invalid Date" : new Date(time).toISOString();
  const size = sizeOf(value);
  const type = typeName(value);
  if (isArray(value)) return depth >= DEPTH ? "[…]" : `[${items(value.length, (at) => own(value, String(at), depth))}]`;
  if (isView(value) && viewLength(value) !== undefined) {
    return `${type} [${items(viewLength(value) ?? 0, (at) => own(value, String(at), depth))}]`;
  }
  if (mapSize(value) !== undefined || setSize(value) !== undefined) return `${type} { ${size} }`;
  if (depth >= DEPTH) return "{…}";
  const names = keys(value);
  const body = items(names.length, (at) => `${names[at]}: ${own(value, names[at] ?? "", depth)}`);
  const shown = body === "" ? "{}" : `{ ${body} }`;
  return type === "Object" ? shown : `${type} ${shown}`;
}

function own(value: object, name: string, depth: number): string {
  const property = getOwnPropertyDescriptor(value, name);
  if (property === undefined) return "";
  return "value" in property ? preview(property.value, depth + 1) : "(computed)";
}

function items(count: number, show: (at: number) => string): string {
  const shown = Array.from({ length: Math.min(count, ITEMS) }, (_, at) => show(at));
  return [...shown, ...(count > ITEMS ? ["…"] : [])].join(", ");
}

function functionName(value: object): string {
  const name = getOwnPropertyDescriptor(value, "name")?.value as unknown; // reason: it is looked at next
  const parameters = parametersOf(functionText(value)) ?? "(…)";
  return `${isClass(value) ? "class" : "function"} ${typeof name === "string" ? name : ""}${parameters}`;
}

/** The value at the end of a path, without executing anything. */
export function follow(start: unknown, names: readonly string[]): unknown {
  return names.reduce<unknown>((value, name) => dataProperty(value, name), start);
}
