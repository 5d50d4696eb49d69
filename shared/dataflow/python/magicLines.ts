// Notebooks of Jupyter hold lines that are commands of IPython and no Python (`%matplotlib inline`, `!pip install numpy`).
// Those that have nothing to do here are left out, so that such a notebook runs; for the others the cell says what to do.

import type { CellSyntaxError } from "../CompiledCell.ts";

export interface PlainPython {
  /** The cell with `pass` in place of each command: as long, so that places in it are places in the cell. For reading names. */
  readonly readable: string;
  /** What Python executes. Line n of it is line n of the cell. */
  readonly code: string;
  /** The first command that cells do not know. */
  readonly refused: CellSyntaxError | undefined;
}

/** A line that may be one: few cells have any. */
const CANDIDATE = /^[ \t]*(?:[%!?]|[\w.]+\?{1,2}[ \t]*$)/m;
const COMMAND = /^([ \t]*)(%%?(?=[A-Za-z])|!|\?{1,2}(?=[\w.])|(?=[\w.]+\?{1,2}[ \t]*\r?$))(.*)$/s;

/** Their effect a cell has by itself: figures are shown, modules are not files that change, and each run says how long it took. */
const NEEDLESS = /^(?:matplotlib|config|load_ext|reload_ext|autoreload|precision|pprint|pdb|xmode|colors|automagic)\b/;
const NEEDLESS_ABOVE = /^(?:time|capture)\b/;
const TIME = /^time[ \t]+(?=\S)/;
const INSTALL = /^(?:\{?sys\.executable\}?[ \t]+|python3?[ \t]+)?(?:-m[ \t]+)?(?:pip3?|conda|mamba)[ \t]+install\b/;
const LANGUAGES: Readonly<Record<string, string>> = {
  html: "HTML",
  markdown: "Markdown",
  latex: "TeX",
  javascript: "JavaScript",
  js: "JavaScript",
  sql: "SQL",
};

/** Takes the commands of IPython out of a cell in Python. Takes time in proportion to the text. */
export function plainPython(source: string): PlainPython {
  if (!CANDIDATE.test(source)) return { readable: source, code: source, refused: undefined };
  const [readable, code]: [string[], string[]] = [[], []];
  let refused: CellSyntaxError | undefined;
  const state = new LineState();
  let isFirst = true;
  for (const [index, line] of source.split("\n").entries()) {
    const command = state.isWithin ? null : COMMAND.exec(line);
    const done = command && perform(line, command, isFirst);
    if (done && "message" in done) {
      refused ??= { line: index + 1, column: line.search(/\S/) + 1, message: done.message };
    }
    const text = done && "code" in done ? done : { readable: line, code: line };
    readable.push(text.readable);
    code.push(text.code);
    // A command is no Python: it may hold a single quote.
    if (command === null) state.read(line);
    isFirst &&= line.trim() === "";
  }
  return { readable: readable.join("\n"), code: code.join("\n"), refused };
}

type Performed = { readonly readable: string; readonly code: string } | { readonly message: string };

function perform(line: string, [, indent = "", sign = "", rest = ""]: RegExpExecArray, isFirst: boolean): Performed {
  const nothing = nothingAs(line, indent);
  if (sign === "%%" && isFirst && NEEDLESS_ABOVE.test(rest)) return nothing;
  if (sign === "%" && NEEDLESS.test(rest)) return nothing;
  if (sign === "%" && TIME.test(rest)) {
    const head = TIME.exec(rest)?.[0].length ?? 0;
    const statement = rest.slice(head);
    // `if 1:` keeps the statement where it stands, for its names; executed, it may be the value of the cell.
    return { readable: `${indent}if 1:${" ".repeat(head - 4)}${statement}`, code: indent + statement };
  }
  if ((sign === "!" || sign === "%") && INSTALL.test(rest)) return { readable: nothing.readable, code: indent + TOLD };
  return { message: refusal(sign, rest) };
}

const TOLD = `if True: __import__("sys").stderr.write("Nothing is installed here: \`import\` gets the packages there are.\\n")`;

/** A statement that does nothing, as long as the line. No command is shorter than `pass` once it has a sign; `%pdb` is as long. */
function nothingAs(line: string, indent: string): { readonly readable: string; readonly code: string } {
  const text = `${indent}pass${"#".repeat(Math.max(0, line.length - indent.length - 4))}`;
  return { readable: text, code: text };
}

function refusal(sign: string, rest: string): string {
  const [word = ""] = rest.match(/^[\w.]+/) ?? [];
  if (sign === "" || sign.startsWith("?")) return `to read about a name write \`help(${word})\``;
  if (sign === "!") return "`!` runs a command of the computer, which no cell can: write it in Python";
  const language = sign === "%%" ? LANGUAGES[word] : undefined;
  if (language !== undefined) return `leave out \`%%${word}\` and choose ${language} below the cell`;
  if (word === "timeit") {
    return `there is no \`${sign}timeit\` here: write \`import timeit\` and \`timeit.timeit(lambda: …, number=1000)\``;
  }
  return `\`${sign}${word}\` is a command of IPython, which cells do not know: leave it out or write it in Python`;
}

/** Whether a line begins inside a text, a bracket or a continued line. Counts no more than it must to know that. */
class LineState {
  #quotes: string | undefined;
  #brackets = 0;
  #continued = false;

  get isWithin(): boolean {
    return this.#quotes !== undefined || this.#brackets > 0 || this.#continued;
  }

  read(line: string): void {
    this.#continued = false;
    for (let at = 0; at < line.length; at++) at = this.#character(line, at);
    this.#endLine();
  }

  /** A text in single quotes ends with its line, unless that is continued. */
  #endLine(): void {
    if (!this.#continued && this.#quotes?.length === 1) this.#quotes = undefined;
  }

  /** Reads what stands at `at`; gives where its last character is. */
  #character(line: string, at: number): number {
    const character = line.charAt(at);
    if (character === "\\") {
      // Whatever stands behind it ends nothing.
      this.#continued = line.slice(at + 1).trim() === "";
      return at + 1;
    }
    if (this.#quotes !== undefined) {
      if (!line.startsWith(this.#quotes, at)) return at;
      const length = this.#quotes.length;
      this.#quotes = undefined;
      return at + length - 1;
    }
    if (character === "#") return line.length;
    if (character === '"' || character === "'") {
      const triple = character.repeat(3);
      this.#quotes = line.startsWith(triple, at) ? triple : character;
      return at + this.#quotes.length - 1;
    }
    if ("([{".includes(character)) this.#brackets++;
    if (")]}".includes(character)) this.#brackets = Math.max(0, this.#brackets - 1);
    return at;
  }
}
