// Cell metadata on one line, as jupytext writes it: `tags=["a", "b"] editable=false`, or the whole as JSON.

import type { JsonObject, JsonValue } from "../../base/parse.ts";
import { parseRawJson } from "../json/parseRawJson.ts";
import { isRawObject, rawToPlain, rawToPlainObject } from "../json/rawJson.ts";

/** What tools note about a run or a view. It says nothing without the outputs, which text files do not have. */
const PASSING_KEYS: readonly string[] =
  "autoscroll collapsed scrolled trusted execution ExecuteTime executionInfo outputId".split(" ");

const SIMPLE_KEY = /^[A-Za-z_][\w.-]*$/;

/** The options of a cell; empty for none. Never holds a line break, a backtick or `>`: they would end fence or comment. */
export function writeOptions(metadata: JsonObject): string {
  const entries = Object.entries(metadata).filter(([key]) => !PASSING_KEYS.includes(key));
  if (entries.length === 0) return "";
  const simple = entries.every(([key]) => SIMPLE_KEY.test(key));
  const text = simple
    ? entries.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(" ")
    : JSON.stringify(Object.fromEntries(entries));
  return text.replaceAll("`", "\\u0060").replaceAll(">", "\\u003e");
}

export interface Options {
  readonly metadata: JsonObject;
  /** What comes before the options and is none. */
  readonly title: string;
}

/** Reads what follows a cell's marker. What is no option, from the left, is the title. */
export function readOptions(text: string): Options {
  const start = text.search(/(?:^|\s)(?:\{|[A-Za-z_][\w.-]*=)/);
  if (start < 0) return { metadata: {}, title: text.trim() };
  const title = text.slice(0, start).trim();
  const options = text.slice(start).trim();
  const metadata = options.startsWith("{") ? readJsonObject(options) : readPairs(options);
  return metadata === undefined ? { metadata: {}, title: text.trim() } : { metadata, title };
}

function readJsonObject(text: string): JsonObject | undefined {
  const parsed = parseRawJson(text);
  return parsed.ok && isRawObject(parsed.value) ? rawToPlainObject(parsed.value) : undefined;
}

function readPairs(text: string): JsonObject | undefined {
  const pairs: [string, JsonValue][] = [];
  let rest = text;
  while (rest !== "") {
    const [whole, key] = /^([A-Za-z_][\w.-]*)=/.exec(rest) ?? [];
    if (whole === undefined || key === undefined || key === "__proto__") return undefined;
    const end = whole.length + valueLength(rest.slice(whole.length));
    const parsed = parseRawJson(rest.slice(whole.length, end));
    if (!parsed.ok) return undefined;
    pairs.push([key, rawToPlain(parsed.value)]);
    rest = rest.slice(end).trim();
  }
  return Object.fromEntries(pairs);
}

/** The length of the JSON value at the start of a text: up to the first space that is in no text and no bracket. */
function valueLength(text: string): number {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (quoted && char === "\\") at++;
    else if (char === '"') quoted = !quoted;
    else if (!quoted && "[{".includes(char)) depth++;
    else if (!quoted && "]}".includes(char)) depth--;
    else if (!quoted && depth === 0 && char === " ") return at;
  }
  return text.length;
}
