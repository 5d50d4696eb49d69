// Values as text, like a console shows them. Getters are not called, and no more of a value is looked at than is shown:
// the last value of a cell may be an array of ten million numbers.

/** Levels of nesting that are opened. */
const DEPTH_LIMIT = 4;
/** Items of one list, map or object that are listed. */
const ITEM_LIMIT = 100;
/** Characters of one string inside another value. */
const STRING_LIMIT = 1_000;
/** Characters of the whole text, about. */
const TEXT_LIMIT = 20_000;
/** Longest text of an object that stays on one line. */
const LINE_LIMIT = 72;
/** Arrays above this are not searched for named properties: finding them costs a list of all indices. */
const NAMED_LIMIT = 1_000;

/** The text of any value. Never throws: a value that throws when it is looked at says so. */
export function inspectValue(value: unknown): string {
  return new Inspector().inspect(value);
}

class Inspector {
  readonly #path: object[] = [];
  #left = TEXT_LIMIT;

  inspect(value: unknown): string {
    if (this.#left <= 0) return "…";
    const text = this.#attempt(value);
    this.#left -= text.length;
    return text;
  }

  #attempt(value: unknown): string {
    if (typeof value === "string") return quote(value);
    if (typeof value === "function") return describeFunction(value);
    if (typeof value !== "object" || value === null) return describePrimitive(value);
    if (this.#path.includes(value)) return "[Circular]";
    this.#path.push(value);
    try {
      return this.#object(value);
    } catch (error) {
      return `[cannot be shown: ${error instanceof Error ? error.message : "it throws"}]`;
    } finally {
      this.#path.pop();
    }
  }

  #object(value: object): string {
    const leaf = describeLeaf(value);
    if (leaf !== undefined) return leaf;
    const name = nameOf(value);
    if (this.#path.length > DEPTH_LIMIT) return `[${name === "" ? "Object" : name}]`;
    if (Array.isArray(value)) {
      return list(name === "Array" ? "" : `${name}(${value.length})`, this.#items(value), "[]");
    }
    if (ArrayBuffer.isView(value) && "length" in value) {
      // reason: every view with a length is a typed array.
      const view = value as Uint8Array;
      const items = Array.from(view.subarray(0, ITEM_LIMIT), String);
      return list(`${name}(${view.length})`, [...items, ...more(view.length)], "[]");
    }
    if (value instanceof Map) return list(`${name}(${value.size})`, this.#entries(value), "{}");
    if (value instanceof Set) return list(`${name}(${value.size})`, this.#members(value), "{}");
    return list(name === "Object" ? "" : name, this.#properties(value, Object.keys(value)), "{}");
  }

  #items(array: readonly unknown[]): readonly string[] {
    const items: string[] = [];
    let index = 0;
    for (; index < array.length && items.length < ITEM_LIMIT; index++) {
      const start = index;
      while (index < array.length && index - start < NAMED_LIMIT && !(index in array)) index++;
      if (index > start) items.push(`<${index - start} empty>`);
      if (index < array.length) items.push(this.inspect(array[index]));
    }
    if (index < array.length) items.push(`… ${array.length - index} more`);
    if (array.length > NAMED_LIMIT) return items;
    const named = Object.keys(array).filter((key) => !/^\d+$/.test(key));
    return [...items, ...this.#properties(array, named)];
  }

  #entries(map: ReadonlyMap<unknown, unknown>): readonly string[] {
    const items: string[] = [];
    for (const [key, value] of map) {
      if (items.length === ITEM_LIMIT) break;
      items.push(`${this.inspect(key)} => ${this.inspect(value)}`);
    }
    return [...items, ...more(map.size)];
  }

  #members(set: ReadonlySet<unknown>): readonly string[] {
    const items: string[] = [];
    for (const value of set) {
      if (items.length === ITEM_LIMIT) break;
      items.push(this.inspect(value));
    }
    return [...items, ...more(set.size)];
  }

  #properties(object: object, keys: readonly string[]): readonly string[] {
    const shown = keys.slice(0, ITEM_LIMIT).map((key) => `${showKey(key)}: ${this.#property(object, key)}`);
    return [...shown, ...more(keys.length)];
  }

  #property(object: object, key: string): string {
    const property = Object.getOwnPropertyDescriptor(object, key);
    if (property?.get) return property.set ? "[Getter/Setter]" : "[Getter]";
    return property?.set ? "[Setter]" : this.inspect(property?.value);
  }
}

const more = (size: number): readonly string[] => (size > ITEM_LIMIT ? [`… ${size - ITEM_LIMIT} more`] : []);
const showKey = (key: string): string => (/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? key : quote(key));

/** Items between brackets: on one line if they fit, else one a line. */
function list(name: string, items: readonly string[], [open, close]: string): string {
  const start = name === "" ? open : `${name} ${open}`;
  if (items.length === 0) return `${start}${close}`;
  const line = `${start} ${items.join(", ")} ${close}`;
  if (line.length <= LINE_LIMIT && !line.includes("\n")) return line;
  const short = items.every((item) => item.length <= 6);
  const body = short ? wrapped(items) : items.map((item) => `  ${item.replaceAll("\n", "\n  ")}`).join(",\n");
  return `${start}\n${body}\n${close}`;
}

/** Many short items, such as numbers, share lines. */
function wrapped(items: readonly string[]): string {
  const lines: string[] = [];
  for (let at = 0; at < items.length; at += 10) lines.push(`  ${items.slice(at, at + 10).join(", ")}`);
  return lines.join(",\n");
}

function quote(text: string): string {
  const shown = text.length > STRING_LIMIT ? text.slice(0, STRING_LIMIT) : text;
  const escaped = shown.replace(/[\\'\n\r\t\p{Cc}]/gu, (char) => ESCAPES[char] ?? unicodeEscape(char));
  return shown === text ? `'${escaped}'` : `'${escaped}…' (${text.length} characters)`;
}

const ESCAPES: Readonly<Record<string, string>> = { "\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t" };
const unicodeEscape = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;

function describePrimitive(value: unknown): string {
  if (typeof value === "bigint") return `${value}n`;
  return Object.is(value, -0) ? "-0" : String(value);
}

function describeFunction(value: object): string {
  const name: unknown = Object.getOwnPropertyDescriptor(value, "name")?.value;
  const known = typeof name === "string" && name !== "" ? name : undefined;
  const text = Function.prototype.toString.call(value);
  if (text.startsWith("class")) return known === undefined ? "[class]" : `[class ${known}]`;
  const kind = tagOf(value);
  return known === undefined ? `[${kind}]` : `[${kind}: ${known}]`;
}

const tagOf = (value: object): string => Object.prototype.toString.call(value).slice(8, -1);

/** Name of the constructor, or what stands for it. Looks at data properties only. */
function nameOf(value: object): string {
  // reason: what has no type here is looked at step by step.
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (prototype === null) return "[no prototype]";
  const maker: unknown = Object.getOwnPropertyDescriptor(prototype, "constructor")?.value;
  const name: unknown = typeof maker === "function" ? maker.name : "";
  const tag = tagOf(value);
  if (typeof name !== "string" || name === "") return tag;
  if (name === "Object") return tag;
  return tag === name || tag === "Object" || tag === "Array" ? name : `${name} [${tag}]`;
}

/** Kinds that are shown as one word, not opened. */
function describeLeaf(value: object): string | undefined {
  if (value instanceof Error) return `[${String(value)}]`;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString();
  if (value instanceof RegExp) return `/${value.source}/${value.flags}`;
  if (value instanceof Promise) return "Promise {…}";
  if (value instanceof WeakMap || value instanceof WeakSet || value instanceof WeakRef) return `${tagOf(value)} {…}`;
  if (value instanceof ArrayBuffer) return `ArrayBuffer { byteLength: ${value.byteLength} }`;
  if (value instanceof DataView) return `DataView { byteLength: ${value.byteLength} }`;
  if (value instanceof Number || value instanceof Boolean || value instanceof BigInt || value instanceof Symbol) {
    return `[${tagOf(value)}: ${String(value.valueOf())}]`;
  }
  if (value instanceof String) return `[String: ${quote(value.valueOf())}]`;
  if (typeof URL === "function" && value instanceof URL) return `URL '${value.href}'`;
  if (typeof Blob === "function" && value instanceof Blob)
    return `${tagOf(value)} { size: ${value.size}, type: '${value.type}' }`;
  return undefined;
}
