import { ExpressionParser } from "./ExpressionParser.ts";
import { Nesting } from "./Nesting.ts";
import type { Script } from "./nodes.ts";
import { PatternParser } from "./PatternParser.ts";
import { PythonTokens } from "./PythonTokens.ts";
import { StatementParser } from "./StatementParser.ts";

/**
 * Reads a cell in Python, of any version up to 3.14, for its names. A cell with mistakes is read as far as it can be: what
 * is no Python is left out up to the end of its line or bracket. Takes time in proportion to the text.
 */
export function parsePython(source: string): Script {
  const tokens = new PythonTokens(source);
  const nesting = new Nesting(tokens);
  const expressions = new ExpressionParser(tokens, nesting);
  const statements = new StatementParser(expressions, new PatternParser(expressions, nesting), nesting);
  const body = statements.script();
  return { body, modules: statements.modules, mistake: tokens.mistake, tooDeep: nesting.isTooDeep };
}
