import type { Expressions } from "./Expressions.ts";
import { CONSTANT, type Expression } from "./nodes.ts";
import { skipText, type StringStart } from "./strings.ts";

/** One string or several in a row, with the values that stand in formatted ones. */
export function parseStrings(parser: Expressions): Expression {
  const { tokens } = parser;
  const { from, to, kind } = tokens;
  const parts: Expression[] = [];
  let count = 0;
  while (tokens.kind === "text" || tokens.kind === "bytes" || tokens.kind === "formatted") {
    count++;
    const start = tokens.string;
    if (tokens.kind === "formatted" && start !== undefined) parseText(parser, start, parts, false);
    // The line may have come to its end in a value.
    if (parser.isAt("newline") || parser.isAt("end")) break;
    tokens.next();
  }
  if (count === 1 && kind === "text") return { type: "Text", from, to };
  return parts.length === 0 ? CONSTANT : { type: "Operation", parts };
}

/** From behind a token to the end of the string, or of the format of one value in it, where it leaves off. */
function parseText(parser: Expressions, start: StringStart, parts: Expression[], inFormat: boolean): boolean {
  const { tokens } = parser;
  for (;;) {
    const { end, by } = skipText(tokens.source, tokens.to, start, inFormat);
    if (by === "value") {
      tokens.goOn(end);
      if (!parseValue(parser, start, parts)) return false;
      continue;
    }
    if (by === "brace" && !inFormat) {
      // A single one means nothing.
      tokens.noteMistake(end - 1);
      tokens.goOn(end);
      continue;
    }
    if (by === (inFormat ? "brace" : "quote")) {
      tokens.goOn(end);
      return true;
    }
    tokens.noteMistake(by === "quote" ? end - 1 : end);
    tokens.giveUpBrackets();
    tokens.goOn(end);
    return false;
  }
}

/** `{value=!r:format}`, from behind its `{`. False if it has no end. */
function parseValue(parser: Expressions, start: StringStart, parts: Expression[]): boolean {
  const { tokens } = parser;
  const around = tokens.valueDepth;
  tokens.openValue();
  tokens.next();
  parts.push(parser.list());
  parser.take("=");
  if (parser.take("!")) parser.name();
  const closed = endValue(parser, start, parts);
  tokens.valueDepth = around;
  return closed;
}

function endValue(parser: Expressions, start: StringStart, parts: Expression[]): boolean {
  const { tokens } = parser;
  // What should not stand there is left out.
  while (tokens.kind !== "}" && tokens.kind !== ":") {
    tokens.noteMistake(tokens.from);
    if (tokens.kind === "newline" || tokens.kind === "end") {
      return false;
    }
    tokens.next();
  }
  if (tokens.kind === "}") return true;
  const closed = parseText(parser, start, parts, true);
  if (closed) tokens.closeValue();
  return closed;
}
