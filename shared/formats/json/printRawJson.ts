import { isRawArray, type RawEntry, type RawJson } from "./rawJson.ts";

/** The white space and escapes that one file uses throughout. */
export interface JsonStyle {
  readonly bom: boolean;
  /** White space before and after the whole value. */
  readonly start: string;
  readonly end: string;
  /** One level of indentation; undefined: everything stands on one line. */
  readonly indent: string | undefined;
  readonly newline: "\n" | "\r\n";
  /** After a comma where everything stands on one line. */
  readonly afterComma: string;
  readonly beforeColon: string;
  readonly afterColon: string;
  /** Characters beyond ASCII are written `\uXXXX`. */
  readonly ascii: boolean;
  /** Keys are sorted. */
  readonly sorted: boolean;
}

/** What nbformat's own writer uses. */
export const CANONICAL_STYLE: JsonStyle = {
  bom: false,
  start: "",
  end: "\n",
  indent: " ",
  newline: "\n",
  afterComma: "",
  beforeColon: "",
  afterColon: " ",
  ascii: false,
  sorted: true,
};

const COMPACT_STYLE: JsonStyle = { ...CANONICAL_STYLE, end: "", indent: undefined, afterColon: "" };

/** The shortest text of a value: raw tokens and nothing between them. */
export function compactRawJson(raw: RawJson): string {
  return printRawJson(raw, COMPACT_STYLE);
}

/**
 * The text of a value. `gaps`, if given, replaces the style's white space by what stood in the original: a map from the
 * number of the gap, in the order of the text, to the white space.
 */
export function printRawJson(raw: RawJson, style: JsonStyle, gaps?: ReadonlyMap<number, string>): string {
  const printer = new Printer(style, gaps);
  printer.value(raw, 0);
  return style.start + printer.parts.join("") + style.end;
}

class Printer {
  readonly parts: string[] = [];
  readonly #style: JsonStyle;
  readonly #gaps: ReadonlyMap<number, string> | undefined;
  readonly #breaks: string[] = [];
  #gapsPrinted = 0;

  constructor(style: JsonStyle, gaps: ReadonlyMap<number, string> | undefined) {
    this.#style = style;
    this.#gaps = gaps;
  }

  value(raw: RawJson, depth: number): void {
    if (typeof raw === "string") this.parts.push(raw);
    else if (isRawArray(raw)) this.#list("[]", raw.items, depth, (item) => this.value(item, depth + 1));
    else this.#list("{}", raw.entries, depth, (entry) => this.#entry(entry, depth + 1));
  }

  #entry([key, value]: RawEntry, depth: number): void {
    this.parts.push(key);
    this.#gap(this.#style.beforeColon);
    this.parts.push(":");
    this.#gap(this.#style.afterColon);
    this.value(value, depth);
  }

  #list<T>(brackets: "[]" | "{}", items: readonly T[], depth: number, print: (item: T) => void): void {
    this.parts.push(brackets.charAt(0));
    this.#gap(items.length === 0 ? "" : this.#break(depth + 1));
    items.forEach((item, index) => {
      print(item);
      const last = index === items.length - 1;
      this.#gap(last ? this.#break(depth) : "");
      if (last) return;
      this.parts.push(",");
      this.#gap(this.#style.indent === undefined ? this.#style.afterComma : this.#break(depth + 1));
    });
    this.parts.push(brackets.charAt(1));
  }

  #break(depth: number): string {
    if (this.#style.indent === undefined) return "";
    return (this.#breaks[depth] ??= this.#style.newline + this.#style.indent.repeat(depth));
  }

  #gap(expected: string): void {
    const gap = this.#gaps?.get(this.#gapsPrinted++) ?? expected;
    if (gap !== "") this.parts.push(gap);
  }
}
