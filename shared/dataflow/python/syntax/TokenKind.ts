/** Words that mean something by themselves. `match`, `case` and `type` are names. */
const KEYWORDS = [
  ...["and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif", "else", "except"],
  ...["finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not", "or", "pass"],
  ...["raise", "return", "try", "while", "with", "yield"],
] as const;

type Keyword = (typeof KEYWORDS)[number];

/**
 * What a token is: keywords and most signs are themselves. `newline` ends a logical line. `constant`: `None`, `True`,
 * `False`. `text`: a whole string; `bytes`: one that is no documentation; `formatted`: the start of one with values in it.
 * `sign`: `+`, `-`, which stand before a value or between two. `operator`: stands between two values, and has no other
 * meaning. `augmented`: `+=` and the like. `unknown`: no part of Python.
 */
export type TokenKind =
  | Keyword
  | "newline"
  | "indent"
  | "dedent"
  | "end"
  | "name"
  | "number"
  | "constant"
  | "text"
  | "bytes"
  | "formatted"
  | "sign"
  | "operator"
  | "augmented"
  | "unknown"
  | ("(" | ")" | "[" | "]" | "{" | "}" | "," | ":" | ";" | "." | "..." | "=" | ":=" | "->" | "*" | "**" | "@" | "|")
  | ("~" | "!" | "%");

export const WORDS: ReadonlyMap<string, TokenKind> = new Map<string, TokenKind>([
  ...KEYWORDS.map((word) => [word, word] as const),
  ...["None", "True", "False"].map((word) => [word, "constant"] as const),
]);

/** Longer words are names. */
export const LONGEST_WORD = Math.max(...[...WORDS.keys()].map((word) => word.length));

/** With these a line begins that cannot be the rest of what is in brackets: the bracket before it was not closed. */
export const STATEMENT_WORDS: ReadonlySet<TokenKind> = new Set([
  ...(["assert", "break", "class", "continue", "def", "del", "except", "finally", "global", "import"] as const),
  ...(["nonlocal", "pass", "raise", "return", "try", "while", "with"] as const),
]);
