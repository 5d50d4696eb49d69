import type { Expression, Name } from "./nodes.ts";
import type { PythonTokens } from "./PythonTokens.ts";
import type { TokenKind } from "./TokenKind.ts";

/** What reads expressions, for those who read what they stand in: see `ExpressionParser`. */
export interface Expressions {
  readonly tokens: PythonTokens;
  isAt(kind: TokenKind): boolean;
  /** Whether an expression may begin here. */
  isStart(): boolean;
  /** Takes a token of this kind, if it is the next. */
  take(kind: TokenKind): boolean;
  /** Takes a token of this kind; that it is missing is a mistake. */
  expect(kind: TokenKind): boolean;
  /** A name; that it is missing is a mistake. */
  name(): Name | undefined;
  /** One or more, separated by commas. */
  list(): Expression;
  /** With or without a star, and perhaps named. */
  element(): Expression;
  named(): Expression;
  expression(): Expression;
  /** From an open bracket to the one that closes it, `item` by item, separated by commas. Gives the place behind it. */
  items(close: ")" | "]" | "}", item: () => void): number;
}
