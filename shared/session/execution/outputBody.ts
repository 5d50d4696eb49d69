import { nextTask } from "../../base/nextTask.ts";
import type { JsonValue } from "../../base/parse.ts";
import type { CellOutput } from "../../notebook/output.ts";

/** Letters of JSON that are written and encoded in one go: a few milliseconds. */
const PIECE = 512 * 1024;
/** Items of a list that are written in one go. */
const ITEMS = 1_000;

/** Letters of a value that is no text, about. */
const VALUE = 8;

/** The body of an output, beside what else goes on: 10 MB at once would stop a page from answering. */
export async function encodeAside(output: CellOutput): Promise<Uint8Array> {
  const encoder = new TextEncoder();
  const parts: Uint8Array[] = [];
  let text = "";
  for (const piece of jsonPieces(output)) {
    text += piece;
    if (text.length < PIECE) continue;
    parts.push(encoder.encode(text));
    text = "";
    await nextTask();
  }
  return joined([...parts, encoder.encode(text)]);
}

/** True if it has more letters than are written in one go. Goes through no more of it than it needs to. */
export function isLarge(output: CellOutput): boolean {
  const left = { letters: PIECE };
  return weigh(output, left);
}

function weigh(value: JsonValue, left: { letters: number }): boolean {
  left.letters -= typeof value === "string" ? value.length : VALUE;
  if (left.letters < 0) return true;
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some((part: JsonValue) => weigh(part, left));
}

/** What `JSON.stringify` gives, in pieces, none of which splits a letter. */
export function* jsonPieces(value: JsonValue): Generator<string> {
  if (typeof value === "string" && value.length > PIECE) {
    yield '"';
    for (let at = 0; at < value.length;) {
      const end = wholeLetters(value, at + PIECE);
      yield JSON.stringify(value.slice(at, end)).slice(1, -1);
      at = end;
    }
    yield '"';
  } else if (Array.isArray(value)) {
    yield "[";
    for (let at = 0; at < value.length; at += ITEMS) {
      yield (at === 0 ? "" : ",") + JSON.stringify(value.slice(at, at + ITEMS)).slice(1, -1);
    }
    yield "]";
  } else if (typeof value === "object" && value !== null) {
    let before = "{";
    for (const [name, part] of Object.entries(value)) {
      yield `${before}${JSON.stringify(name)}:`;
      yield* jsonPieces(part);
      before = ",";
    }
    yield before === "{" ? "{}" : "}";
  } else {
    yield JSON.stringify(value);
  }
}

/** `at`, or the place behind it if a letter of two units stands across it. */
function wholeLetters(text: string, at: number): number {
  const unit = text.charCodeAt(at - 1);
  return at < text.length && unit >= 0xd800 && unit < 0xdc00 ? at + 1 : Math.min(at, text.length);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
