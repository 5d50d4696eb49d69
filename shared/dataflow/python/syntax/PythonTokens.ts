import { isDigit, isNameStart, skipName, skipNumber } from "./characters.ts";
import { endOfLine, Indentation, isBreak } from "./Indentation.ts";
import { skipString, stringStart, type StringStart } from "./strings.ts";
import { LONGEST_WORD, STATEMENT_WORDS, WORDS, type TokenKind } from "./TokenKind.ts";

/** A place among the tokens to which the reading can go back. */
export interface TokenMark {
  readonly kind: TokenKind;
  readonly from: number;
  readonly to: number;
  readonly depth: number;
  readonly mistake: number | undefined;
}

/** The tokens of a cell, one after the other, each made when it is asked for. Any text has some, and each character is read once. */
export class PythonTokens {
  readonly source: string;
  readonly #indentation: Indentation;
  /** The token that is looked at. */
  kind: TokenKind = "newline";
  from = 0;
  to = 0;
  /** Where the parser first found what is no Python. */
  mistake: number | undefined;
  /** How the string begins whose first token is looked at. */
  string: StringStart | undefined;
  /** Brackets that are open. */
  #depth = 0;
  /** Brackets that are open right around the value in a formatted string: `:` ends it there. */
  valueDepth = -1;

  constructor(source: string) {
    this.source = source;
    this.#indentation = new Indentation(source);
    this.to = source.charCodeAt(0) === BYTE_ORDER ? 1 : 0;
    this.next();
  }

  /** The text of the token. */
  text(): string {
    return this.source.slice(this.from, this.to);
  }

  next(): void {
    if (this.kind === "end") return;
    const isLine = this.kind === "newline";
    if (isLine) {
      this.to = this.#indentation.nextLine(this.to);
      if (this.#indentation.isUneven) this.noteMistake(this.to);
    }
    if (isLine || this.kind === "indent" || this.kind === "dedent") {
      const change = this.#indentation.take();
      if (change === undefined) this.#read(this.to);
      else {
        this.kind = change;
        this.from = this.to;
      }
    } else this.#read(this.#skipBlank(this.to));
  }

  mark(): TokenMark {
    return { kind: this.kind, from: this.from, to: this.to, depth: this.#depth, mistake: this.mistake };
  }

  /** Only to a place in the same logical line, outside of strings. */
  goBack(mark: TokenMark): void {
    this.kind = mark.kind;
    this.from = mark.from;
    this.to = mark.to;
    this.#depth = mark.depth;
    this.mistake = mark.mistake;
  }

  /** Nothing is read any more. */
  stop(): void {
    this.from = this.to = this.source.length;
    this.kind = "end";
  }

  noteMistake(at: number): void {
    this.mistake ??= at;
  }

  /** To the end of a line of which nothing is Python. */
  skipLine(): void {
    this.#depth = 0;
    this.#read(endOfLine(this.source, this.from));
  }

  /** The next token is looked for at `at`: the parser read a part of a formatted string by itself. */
  goOn(at: number): void {
    this.to = at;
  }

  /** Of a value in a formatted string. */
  openValue(): void {
    this.#depth++;
    this.valueDepth = this.#depth;
  }

  /** Of a value whose end was no token, as a format stood before it. */
  closeValue(): void {
    if (this.#depth > 0) this.#depth--;
  }

  /** A string has no end: its line is at its end, and no bracket goes on behind it. */
  giveUpBrackets(): void {
    this.#depth = 0;
  }

  /** Space, comments and, in brackets, line breaks. */
  #skipBlank(from: number): number {
    const { source } = this;
    let at = from;
    let firstBreak = -1;
    for (;;) {
      const code = source.charCodeAt(at);
      if (code === SPACE || code === TAB || code === FORM_FEED) at++;
      else if (code === HASH) at = endOfLine(source, at);
      else if (code === BACKSLASH && isBreak(source.charCodeAt(at + 1))) at = skipBreak(source, at + 1);
      else if (isBreak(code) && this.#depth > 0) {
        if (firstBreak < 0) firstBreak = at;
        at = skipBreak(source, at);
      } else break;
    }
    if (firstBreak < 0 || !this.#isStatement(at)) return at;
    this.noteMistake(firstBreak);
    this.#depth = 0;
    return firstBreak;
  }

  /** What stands there cannot be in brackets. */
  #isStatement(at: number): boolean {
    const end = skipName(this.source, at);
    const word = end - at > LONGEST_WORD ? undefined : WORDS.get(this.source.slice(at, end));
    return word !== undefined && STATEMENT_WORDS.has(word);
  }

  #read(at: number): void {
    const { source } = this;
    this.from = at;
    if (at >= source.length) {
      const isOver = this.kind === "newline" || this.kind === "indent" || this.kind === "dedent";
      this.#depth = 0;
      this.to = at;
      this.kind = isOver ? "end" : "newline";
      return;
    }
    const code = source.charCodeAt(at);
    if (isBreak(code)) {
      this.#depth = 0;
      this.kind = "newline";
      this.to = skipBreak(source, at);
    } else if (isNameStart(code < 128 ? code : (source.codePointAt(at) ?? 0))) this.#readWord(at);
    else if (isDigit(code) || (code === DOT && isDigit(source.charCodeAt(at + 1)))) {
      this.kind = "number";
      this.to = skipNumber(source, at);
    } else if (code === QUOTE || code === APOSTROPHE) this.#readString(stringStart(source, at, at));
    else this.#readSign(at, code);
  }

  #readWord(at: number): void {
    const { source } = this;
    const end = skipName(source, at);
    const after = source.charCodeAt(end);
    if (end - at <= 2 && (after === QUOTE || after === APOSTROPHE)) {
      const start = stringStart(source, at, end);
      if (start !== undefined) {
        this.#readString(start);
        return;
      }
    }
    this.to = end;
    this.kind = end - at > LONGEST_WORD ? "name" : (WORDS.get(source.slice(at, end)) ?? "name");
  }

  #readString(start: StringStart | undefined): void {
    if (start === undefined) return;
    this.string = start;
    if (start.formatted) {
      this.kind = "formatted";
      this.to = start.textFrom;
      return;
    }
    const { end, closed } = skipString(this.source, start);
    if (!closed) {
      this.noteMistake(start.triple ? this.source.length : this.from);
      this.giveUpBrackets();
    }
    this.kind = start.bytes ? "bytes" : "text";
    this.to = end;
  }

  #readSign(at: number, code: number): void {
    const next = this.source.charCodeAt(at + 1);
    this.to = at + 1;
    switch (code) {
      case 40: // (
      case 91: // [
      case 123: // {
        this.#depth++;
        this.kind = code === 40 ? "(" : code === 91 ? "[" : "{";
        break;
      case 41: // )
      case 93: // ]
      case 125: // }
        if (this.#depth > 0) this.#depth--;
        this.kind = code === 41 ? ")" : code === 93 ? "]" : "}";
        break;
      case 44:
        this.kind = ",";
        break;
      case 59:
        this.kind = ";";
        break;
      case 126:
        this.kind = "~";
        break;
      case 58: // :
        this.#long(next === EQUALS && this.#depth !== this.valueDepth, ":", ":=");
        break;
      case 61: // =
        this.#long(next === EQUALS, "=", "operator");
        break;
      case 33: // !
        this.#long(next === EQUALS, "!", "operator");
        break;
      case DOT:
        if (next === DOT && this.source.charCodeAt(at + 2) === DOT) this.#take(3, "...");
        else this.kind = ".";
        break;
      default:
        this.#readOperator(at, code, next);
    }
  }

  #readOperator(at: number, code: number, next: number): void {
    const after = this.source.charCodeAt(at + 2);
    switch (code) {
      case 42: // *
        if (next === 42) this.#long2(after, "**");
        else this.#long(next === EQUALS, "*", "augmented");
        break;
      case 47: // /
        if (next === 47) this.#long2(after, "operator");
        else this.#long(next === EQUALS, "operator", "augmented");
        break;
      case 60: // <
      case 62: // >
        if (next === code) this.#long2(after, "operator");
        else this.#long(next === EQUALS || (code === 60 && next === 62), "operator", "operator");
        break;
      case 43: // +
        this.#long(next === EQUALS, "sign", "augmented");
        break;
      case 45: // -
        if (next === 62) this.#take(2, "->");
        else this.#long(next === EQUALS, "sign", "augmented");
        break;
      case 64: // @
        this.#long(next === EQUALS, "@", "augmented");
        break;
      case 37: // %
        this.#long(next === EQUALS, "%", "augmented");
        break;
      case 124: // |
        this.#long(next === EQUALS, "|", "augmented");
        break;
      case 38: // &
      case 94: // ^
        this.#long(next === EQUALS, "operator", "augmented");
        break;
      default:
        this.kind = "unknown";
    }
  }

  #take(length: number, kind: TokenKind): void {
    this.to = this.from + length;
    this.kind = kind;
  }

  #long(isLong: boolean, short: TokenKind, long: TokenKind): void {
    if (isLong) this.#take(2, long);
    else this.kind = short;
  }

  /** A sign of two characters, or one of three that assigns. */
  #long2(after: number, kind: TokenKind): void {
    if (after === EQUALS) this.#take(3, "augmented");
    else this.#take(2, kind);
  }
}

const TAB = 9;
const FORM_FEED = 12;
const SPACE = 32;
const QUOTE = 34;
const HASH = 35;
const APOSTROPHE = 39;
const DOT = 46;
const EQUALS = 61;
const BACKSLASH = 92;
const BYTE_ORDER = 0xfeff;

const skipBreak = (source: string, at: number): number =>
  source.charCodeAt(at) === 13 && source.charCodeAt(at + 1) === 10 ? at + 2 : at + 1;
