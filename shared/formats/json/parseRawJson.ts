import { BadInputError } from "../../base/errors.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { placeInText } from "../placeInText.ts";
import type { RawEntry, RawJson } from "./rawJson.ts";

/** Objects and lists inside one another. Notebooks stay below 50; the limit keeps the stack safe from built files. */
export const NESTING_LIMIT = 400;
/** Characters of one number. Python's reader stops at 4,300 digits. */
const NUMBER_LIMIT = 4_300;

const NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;
const WORDS = ["true", "false", "null", "NaN", "Infinity", "-Infinity"] as const;
const MERGE_MARK = /^(?:<{7}|={7}|>{7})(?: |$)/m;
/** Characters of the found text shown in a message. */
const SHOWN = 12;

/**
 * Reads strict JSON, plus Python's `NaN` and `Infinity`. Refusals say line and column (both from 1, columns in UTF-16
 * units). `onGap` receives the white space between tokens in the order in which `printRawJson` asks for it.
 */
export function parseRawJson(text: string, onGap?: (gap: string) => void): Result<RawJson, BadInputError> {
  try {
    return ok(new Reader(text, onGap).whole());
  } catch (error) {
    if (error instanceof Refusal) return err(new BadInputError(reasonOf(error, text), placeInText(text, error.offset)));
    throw error;
  }
}

class Refusal extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

class Reader {
  readonly #text: string;
  readonly #onGap: ((gap: string) => void) | undefined;
  #at = 0;
  #depth = 0;

  constructor(text: string, onGap: ((gap: string) => void) | undefined) {
    this.#text = text;
    this.#onGap = onGap;
  }

  whole(): RawJson {
    this.#skipSpace();
    const value = this.#value();
    this.#skipSpace();
    if (this.#at < this.#text.length) throw this.#expected("the end of the file");
    return value;
  }

  #value(): RawJson {
    switch (this.#text[this.#at]) {
      case "{":
        return this.#nested(() => this.#object());
      case "[":
        return this.#nested(() => this.#array());
      case '"':
        return this.#string();
      default:
        return this.#word() ?? this.#number();
    }
  }

  #nested<T>(read: () => T): T {
    if (++this.#depth > NESTING_LIMIT) {
      throw new Refusal(`values are nested more than ${NESTING_LIMIT} deep; no notebook needs that`, this.#at);
    }
    this.#at++;
    this.#gap();
    const value = read();
    this.#depth--;
    return value;
  }

  #object(): RawJson {
    const entries: RawEntry[] = [];
    if (this.#take("}")) return { entries };
    for (;;) {
      if (this.#text[this.#at] !== '"') throw this.#expected("a key in double quotes");
      const key = this.#string();
      this.#gap();
      if (!this.#take(":")) throw this.#expected("`:` after the key");
      this.#gap();
      entries.push([key, this.#value()]);
      this.#gap();
      if (this.#take("}")) return { entries };
      if (!this.#take(",")) throw this.#expected("`,` or `}`");
      this.#gap();
    }
  }

  #array(): RawJson {
    const items: RawJson[] = [];
    if (this.#take("]")) return { items };
    for (;;) {
      items.push(this.#value());
      this.#gap();
      if (this.#take("]")) return { items };
      if (!this.#take(",")) throw this.#expected("`,` or `]`");
      this.#gap();
    }
  }

  #string(): string {
    const start = this.#at;
    for (let at = start + 1; at < this.#text.length; at++) {
      const code = this.#text.charCodeAt(at);
      if (code === 0x22) {
        this.#at = at + 1;
        return this.#text.slice(start, this.#at);
      }
      if (code === 0x5c) at = this.#escape(at);
      else if (code < 0x20) throw new Refusal("a line break or control character stands unescaped inside a text", at);
    }
    throw new Refusal("this text is never closed: the file seems to be cut off", start);
  }

  /** The offset of the last character of the escape that begins at `at`. */
  #escape(at: number): number {
    const letter = this.#text[at + 1] ?? "";
    if (letter !== "" && '"\\/bfnrt'.includes(letter)) return at + 1;
    if (letter === "u" && /^[0-9a-fA-F]{4}$/.test(this.#text.slice(at + 2, at + 6))) return at + 5;
    throw new Refusal(`\`\\${letter}\` is no JSON escape`, at);
  }

  #word(): string | undefined {
    const word = WORDS.find((known) => this.#text.startsWith(known, this.#at));
    if (word !== undefined) this.#at += word.length;
    return word;
  }

  #number(): string {
    const start = this.#at;
    let end = start;
    while ("+-.0123456789eE".includes(this.#text[end] ?? " ")) end++;
    if (end === start) throw this.#expected("a value");
    const token = this.#text.slice(start, end);
    if (token.length > NUMBER_LIMIT) throw new Refusal(`a number has more than ${NUMBER_LIMIT} characters`, start);
    if (!NUMBER.test(token)) throw this.#expected("a number");
    this.#at = end;
    return token;
  }

  #take(mark: string): boolean {
    if (this.#text[this.#at] !== mark) return false;
    this.#at++;
    return true;
  }

  #gap(): void {
    const start = this.#at;
    this.#skipSpace();
    this.#onGap?.(this.#text.slice(start, this.#at));
  }

  #skipSpace(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.#at++;
    }
  }

  #expected(what: string): Refusal {
    const found = this.#text.slice(this.#at, this.#at + SHOWN).split("\n")[0] ?? "";
    if (this.#at >= this.#text.length) return new Refusal(`expected ${what}, but the file ends here`, this.#at);
    return new Refusal(`expected ${what}, found ${JSON.stringify(found)}`, this.#at);
  }
}

function reasonOf(refusal: Refusal, text: string): string {
  if (!MERGE_MARK.test(text.slice(refusal.offset, refusal.offset + SHOWN))) return refusal.message;
  return "this is a mark of an unresolved merge; resolve the merge in git first, then open the file again";
}
