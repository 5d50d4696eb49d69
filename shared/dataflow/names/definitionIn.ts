import { parseCell } from "../javascript/parseCell.ts";
import { parsePython } from "../python/syntax/parsePython.ts";
import type { NamingLanguage } from "./namePlaces.ts";

/** What the text of a cell says of a function that it defines. */
export interface WrittenDefinition {
  /** Parameters in parentheses, as they are written. */
  readonly signature: string | undefined;
  readonly doc: string | undefined;
}

/** Characters of documentation. */
const DOC_LIMIT = 1_200;

/** What a cell's own text says of a function or class it defines; undefined if it defines none of that name. */
export function definitionIn(source: string, language: NamingLanguage, name: string): WrittenDefinition | undefined {
  if (language === "python") return inPython(source, name);
  // Of TypeScript without its types as much could be said; its places would have to be mapped back.
  return language === "javascript" ? inJavascript(source, name) : undefined;
}

function inJavascript(source: string, name: string): WrittenDefinition | undefined {
  const parsed = parseCell(source);
  if (!parsed.ok || parsed.value.kind !== "program") return undefined;
  for (const statement of parsed.value.body) {
    const { start } = statement;
    if (statement.type === "FunctionDeclaration" && statement.id.name === name) {
      return {
        signature: parametersIn(source, statement.id.end, statement.body.start),
        doc: commentBefore(source, start),
      };
    }
    if (statement.type === "ClassDeclaration" && statement.id.name === name) {
      return { signature: undefined, doc: commentBefore(source, start) };
    }
    if (statement.type !== "VariableDeclaration") continue;
    for (const { id, init } of statement.declarations) {
      if (id.type !== "Identifier" || id.name !== name) continue;
      if (init?.type !== "ArrowFunctionExpression" && init?.type !== "FunctionExpression") continue;
      return { signature: parametersIn(source, init.start, init.body.start), doc: commentBefore(source, start) };
    }
  }
  return undefined;
}

/** Between the first and the last parenthesis before the body. */
function parametersIn(source: string, from: number, to: number): string | undefined {
  const head = source.slice(from, to);
  const [open, close] = [head.indexOf("("), head.lastIndexOf(")")];
  return open < 0 || close < open ? undefined : head.slice(open, close + 1).replace(/\s+/g, " ");
}

/** The text of a comment for documentation that ends right before a statement. */
function commentBefore(source: string, start: number): string | undefined {
  const before = source.slice(0, start).trimEnd();
  if (!before.endsWith("*/")) return undefined;
  const open = before.lastIndexOf("/**");
  if (open < 0) return undefined;
  const lines = before.slice(open + 3, -2).split("\n");
  const text = lines.map((line) => line.replace(/^\s*\*? ?/, "").trimEnd()).join("\n");
  return text.trim().slice(0, DOC_LIMIT);
}

function inPython(source: string, name: string): WrittenDefinition | undefined {
  for (const statement of parsePython(source).body) {
    if (statement.type !== "FunctionDefinition" && statement.type !== "ClassDefinition") continue;
    if (statement.name?.name !== name) continue;
    const [first] = statement.body;
    const { from, to } = statement.type === "FunctionDefinition" ? statement.parameters : { from: 0, to: 0 };
    return {
      signature: from === to ? undefined : source.slice(from, to).replace(/\s+/g, " "),
      doc: first?.type === "Text" ? docstring(source.slice(first.from, first.to)) : undefined,
    };
  }
  return undefined;
}

function docstring(literal: string): string {
  const text = literal.replace(/^[rRuU]?("""|'''|"|')|("""|'''|"|')$/g, "");
  const [first = "", ...rest] = text.split("\n");
  const indents = rest.filter((line) => line.trim() !== "").map((line) => line.length - line.trimStart().length);
  const indent = Math.min(...indents, Number.MAX_SAFE_INTEGER);
  return [first.trim(), ...rest.map((line) => line.slice(indent).trimEnd())].join("\n").trim().slice(0, DOC_LIMIT);
}
