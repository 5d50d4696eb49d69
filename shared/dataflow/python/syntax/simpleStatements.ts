// Statements of one line.

import type { Expressions } from "./Expressions.ts";
import type { Expression, ImportedName, Name, Statement } from "./nodes.ts";
import { parseTypeParameters } from "./parameters.ts";

/** The next statement of a line; undefined for one that does nothing to names. `modules`: gets those that it imports. */
export function parseSimple(parser: Expressions, modules: Set<string>): Statement | undefined {
  const { tokens } = parser;
  switch (tokens.kind) {
    case "pass":
    case "break":
    case "continue":
      tokens.next();
      return undefined;
    case "return":
      tokens.next();
      return parser.isStart() ? parser.list() : undefined;
    case "raise":
      return parts(parser, "from");
    case "assert":
      return parts(parser, ",");
    case "del":
      tokens.next();
      return { type: "Delete", targets: [parser.list()] };
    case "global":
    case "nonlocal": {
      const type = tokens.kind === "global" ? "Global" : "Nonlocal";
      tokens.next();
      return { type, names: names(parser) };
    }
    case "import":
      return parseImport(parser, modules);
    case "from":
      return parseFrom(parser, modules);
    case "%":
    case "!":
      // A command of IPython, which is no Python to its end.
      tokens.noteMistake(tokens.from);
      tokens.skipLine();
      return undefined;
    default:
      return (tokens.kind === "name" && tokens.text() === "type" && parseTypeAlias(parser)) || parseAssignment(parser);
  }
}

/** Up to two expressions with a token between them. */
function parts(parser: Expressions, between: "from" | ","): Statement | undefined {
  parser.tokens.next();
  if (!parser.isStart()) return undefined;
  const first = parser.expression();
  return parser.take(between) ? { type: "Operation", parts: [first, parser.expression()] } : first;
}

function names(parser: Expressions): readonly Name[] {
  const found: Name[] = [];
  do {
    const name = parser.name();
    if (name) found.push(name);
  } while (parser.take(","));
  return found;
}

/** `import a.b, c as d` */
function parseImport(parser: Expressions, modules: Set<string>): Statement {
  const { from } = parser.tokens;
  parser.tokens.next();
  const found: ImportedName[] = [];
  do {
    const name = parser.name();
    if (name === undefined) break;
    modules.add(name.name);
    let isPart = false;
    while (parser.take(".")) {
      isPart = true;
      parser.name();
    }
    found.push(knownAs(parser, name, isPart ? "package" : "import"));
  } while (parser.take(","));
  return { type: "Import", from, names: found, everything: false };
}

/** `from .a.b import (c, d as e)` */
function parseFrom(parser: Expressions, modules: Set<string>): Statement {
  const { tokens } = parser;
  const { from } = tokens;
  tokens.next();
  let isRelative = false;
  while (parser.take(".") || parser.take("...")) isRelative = true;
  if (!isRelative || tokens.kind === "name") {
    const module = parser.name();
    if (module && !isRelative) modules.add(module.name);
    while (parser.take(".")) parser.name();
  }
  const found: ImportedName[] = [];
  const statement = { type: "Import", from, names: found } as const;
  if (!parser.expect("import")) return { ...statement, everything: false };
  if (parser.take("*")) return { ...statement, everything: true };
  const one = (): void => {
    const name = parser.name();
    if (name) found.push(knownAs(parser, name, "import"));
  };
  if (tokens.kind === "(") parser.items(")", one);
  else {
    do one();
    while (parser.take(",") && tokens.kind === "name");
  }
  return { ...statement, everything: false };
}

function knownAs(parser: Expressions, name: Name, form: ImportedName["form"]): ImportedName {
  const alias = parser.take("as") ? parser.name() : undefined;
  return alias === undefined ? { name, form } : { name: alias, form: "name" };
}

/** `type X[T] = value`; elsewhere `type` is a name like others. */
function parseTypeAlias(parser: Expressions): Statement | undefined {
  const { tokens } = parser;
  const start = tokens.mark();
  tokens.next();
  const name = parser.isAt("name") ? parser.name() : undefined;
  if (name === undefined) {
    tokens.goBack(start);
    return undefined;
  }
  const typeParameters = tokens.kind === "[" ? parseTypeParameters(parser) : undefined;
  parser.expect("=");
  return { type: "TypeAlias", name, typeParameters, value: parser.expression() };
}

function parseAssignment(parser: Expressions): Statement {
  const first = parser.list();
  if (parser.take(":")) {
    const annotation = parser.expression();
    const value = parser.take("=") ? parser.list() : undefined;
    return { type: "Assign", targets: value ? [first] : [], annotated: first, annotation, value };
  }
  if (parser.take("augmented")) return { type: "AugmentedAssign", target: first, value: parser.list() };
  if (parser.tokens.kind !== "=") return first;
  const targets: Expression[] = [];
  let value = first;
  while (parser.take("=")) {
    targets.push(value);
    value = parser.list();
  }
  return { type: "Assign", targets, annotated: undefined, annotation: undefined, value };
}
