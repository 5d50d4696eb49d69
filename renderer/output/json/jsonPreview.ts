import type { JsonValue } from "#shared/base/parse.ts";

/** Letters of a preview: what is left of a line in a narrow window; the rest is one click away. */
const LETTERS = 72;
/** Letters of one text inside a preview. */
const TEXT = 24;
const MORE = "…";

/** One line that says what a closed branch holds, its inner branches by their size: `{n: 1, name: "a", rows: [3 items]}`. */
export function jsonPreview(value: object): string {
  const isList = Array.isArray(value);
  const [open, close] = isList ? "[]" : "{}";
  const parts: string[] = [];
  let room = LETTERS;
  // reason: a JSON value that is an object has JSON values.
  for (const [key, entry] of Object.entries(value) as [string, JsonValue][]) {
    const part = isList ? leafWords(entry) : `${key}: ${leafWords(entry)}`;
    room -= part.length + 2;
    if (room < 0) {
      parts.push(MORE);
      break;
    }
    parts.push(part);
  }
  return `${open ?? ""}${parts.join(", ")}${close ?? ""}`;
}

function leafWords(value: JsonValue): string {
  if (typeof value === "string") return JSON.stringify(value.length > TEXT ? value.slice(0, TEXT) + MORE : value);
  if (typeof value === "object" && value !== null) return sizeInWords(value);
  return String(value);
}

/** `[3 items]` or `{1 entry}`. */
export function sizeInWords(value: object): string {
  // Not by its keys: a list may have a million, and a line of a tree tells the sizes of several.
  if (Array.isArray(value)) return value.length === 1 ? "[1 item]" : `[${value.length} items]`;
  const count = Object.keys(value).length;
  return count === 1 ? "{1 entry}" : `{${count} entries}`;
}
