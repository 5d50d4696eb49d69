import fc from "fast-check";

// Programs in Python of all that gives, reads and hides names, nested at random. A few are none: CPython says so.

const NAMES = ["a", "b", "c", "d", "match", "type", "ñ"] as const;
const name = fc.constantFrom(...NAMES);
const indented = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`);

/** `§` stands for another expression. */
const EXPRESSIONS = [
  ...[
    "1",
    "'t'",
    "§ + §",
    "§ if § else §",
    "not §",
    "(§).x",
    "(§)[§]",
    "§[§:§, ...]",
    "§(§, *§, k=§, **§)",
    "(§, §)",
    "[§, *§]",
  ],
  ...[
    "{§: §, **§}",
    "{§}",
    "f'{§} {§!r:>{§}} {{}} {§=}'",
    "rf'''\\{§:\n}'''",
    "§ < § not in § is not §",
    "-§ ** ~§",
    "(\n§\n)",
  ],
  ...[
    "(a := §)",
    "lambda a, *b, c=§, **d: §",
    "lambda: §",
    "'x' f\"{§}\" 'y'",
    "t'{§}'",
    "0x_fF + 1_0.5e-3j + 1.",
    "await_",
  ],
] as const;
const COMPREHENSIONS = [
  ...[
    "[§ for ¤ in § if § if §]",
    "{§ for ¤ in § for ¤ in §}",
    "{§: § for ¤ in §}",
    "f(§ for ¤ in §)",
    "[[§ for ¤ in §] for ¤ in §]",
  ],
] as const;
const TARGETS = ["(a, *b)", "[c, (d, a)]", "(§).x", "(§)[§]", "a, b"] as const;
const PATTERNS = [
  "1",
  "-1 + 2j",
  "'s'",
  "None",
  "a",
  "_",
  "c.d",
  "[a, *b]",
  "(a, *_)",
  "{'k': c, **d}",
  "a(b, x=c)",
  "a.b()",
  "1 | 2",
  "str() as d",
];
/** `§` an expression, `¤` a target; a line that ends in `:` has a block. */
const STATEMENTS = [
  ...[
    "§",
    "¤ = §",
    "¤ = ¤ = §",
    "a: § = §",
    "b: §",
    "c += §",
    "a.x += §",
    "del a, b[§], (c, d)",
    "pass; §",
    "assert §, §",
  ],
  ...[
    "import a.b, c as d",
    "from m.n import a, b as c",
    "from . import (d,)",
    "raise § from §",
    "type a = §",
    "type b[T: §, *U] = T",
  ],
] as const;
const HEADS = [
  ...[
    "if §:",
    "while §:",
    "for ¤ in §, §:",
    "with § as ¤, §:",
    "with (§ as a, § as b,):",
    "def a(b, /, c=§, *, d: §):",
    "def b(*a: §, **c) -> §:",
  ],
  ...[
    "def c[T: §](a: T) -> T:",
    "async def d():",
    "class a(§, k=§):",
    "class b[T](T):",
    "class c:",
    "@§\ndef a():",
    "@§\nclass d:",
  ],
] as const;

/** Parts of a program with no more than so many levels in them, and no statements below that. */
interface Level {
  readonly expression: fc.Arbitrary<string>;
  readonly target: fc.Arbitrary<string>;
  readonly body: fc.Arbitrary<readonly string[]>;
}

/** One of the texts, with parts of the level below where they say so. */
function filled(
  texts: readonly string[],
  { expression, target }: Pick<Level, "expression" | "target">,
): fc.Arbitrary<string> {
  return fc.constantFrom(...texts).chain((text) => {
    const pieces = text.split(/(?=[§¤])|(?<=[§¤])/);
    const parts = pieces.map((piece) => (piece === "§" ? expression : piece === "¤" ? target : fc.constant(piece)));
    return fc.tuple(...parts).map((found) => found.join(""));
  });
}

function expressionsOver(inner: Pick<Level, "expression" | "target">): Pick<Level, "expression" | "target"> {
  return {
    expression: fc.oneof(name, filled(EXPRESSIONS, inner), filled(COMPREHENSIONS, inner)),
    target: fc.oneof(name, filled(TARGETS, inner)),
  };
}

function over(inner: Level): Level {
  // In parentheses, so that what it stands in does not take it apart.
  const parts = expressionsOver({ ...inner, expression: inner.expression.map((text) => `(${text})`) });
  const block = inner.body.map(indented);
  const joined = (...lines: readonly fc.Arbitrary<readonly string[]>[]): fc.Arbitrary<readonly string[]> =>
    fc.tuple(...lines).map((found) => found.flat());
  const line = (...texts: readonly string[]): fc.Arbitrary<readonly string[]> =>
    filled(texts, parts).map((text) => text.split("\n"));
  const maybe = (word: string): fc.Arbitrary<readonly string[]> => fc.oneof(fc.constant([]), joined(line(word), block));
  const statement = fc.oneof(
    line(...STATEMENTS),
    joined(line(...HEADS), block),
    joined(line("if §:"), block, line("elif §:"), block, maybe("else:")),
    joined(line("for ¤ in §:", "while §:"), block, maybe("else:")),
    joined(line("try:"), block, line("except §:", "except (§, §) as h:", "except* § as a:"), block, maybe("finally:")),
    joined(line("match §:"), joined(line(...PATTERNS.map((pattern) => `case ${pattern} if §:`)), block).map(indented)),
    joined(line("def f(e):"), joined(line("global a", "global b, c"), inner.body).map(indented)),
  );
  return { ...parts, body: fc.array(statement, { minLength: 1, maxLength: 3 }).map((statements) => statements.flat()) };
}

const simple = expressionsOver({ expression: name, target: name });
const flat: Level = { ...simple, body: filled(STATEMENTS, simple).map((text) => text.split("\n")) };

export const arbitraryPython: fc.Arbitrary<string> = over(over(flat)).body.map((lines) => lines.join("\n"));

/** Words and signs of Python in no order: what a cell may look like while somebody types in it, or means harm. */
export const arbitraryPythonSoup: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...NAMES,
        "if",
        "else",
        "def",
        "class",
        "for",
        "in",
        "match",
        "case",
        "with",
        "lambda",
        "import",
        "from",
      ),
      fc.constantFrom(
        "as",
        "try",
        "except",
        "async",
        "await",
        "yield",
        "global",
        "del",
        "not",
        "type",
        "while",
        "return",
      ),
      fc.constantFrom(
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ":",
        ":=",
        "=",
        ",",
        ".",
        "*",
        "**",
        "@",
        "->",
        ";",
        "|",
        "!",
        "%",
        "$",
        "\\",
      ),
      fc.constantFrom(
        "\n",
        "\n  ",
        "\n    ",
        "\r\n",
        "\t",
        " ",
        "\f",
        "#x",
        "f'",
        'f"""',
        "'",
        '"""',
        "{x",
        "}}",
        "1.",
        "0x",
        "é",
        "😀",
      ),
    ),
    { maxLength: 60 },
  )
  .map((words) => words.join(" "));
