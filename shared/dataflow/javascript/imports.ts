// Imports of a cell. Nothing in a kernel can load anything: what a cell imports is handed to its kernel before it is
// executed, by the text in which the cell names it. So `import` becomes a call of a hook that gives what was handed in.

import type { ImportDeclaration, ImportExpression, Literal } from "acorn";
import { escapeText, insertion } from "./insertions.ts";

/** `await` it with what is imported and, in a list, the names that must be there: gives the module's namespace. */
export const IMPORT_HOOK = "__meshbook_import";

/** A tag that gives a function to call instead of `import`. */
export const IMPORT_TAG = "__meshbook_importer";

/** Why a cell of another language has none. */
export const NO_IMPORT = "import in a cell in JavaScript, and use here what it defines";

/** Text to put in, before the character at `at`. */
export interface Insert {
  readonly at: number;
  readonly text: string;
}

/** Names that a declaration gives the cell, in order. */
export const importedNames = (declaration: ImportDeclaration): readonly string[] =>
  declaration.specifiers.map(({ local }) => local.name);

/** A string in all that acorn gives for a module. */
const textOf = ({ value }: Literal): string => (typeof value === "string" ? value : "");

export const moduleOf = ({ source }: { readonly source: Literal }): string => textOf(source);

/** The module a call of `import()` names; undefined where that is computed. */
export function moduleNamed({ source }: ImportExpression): string | undefined {
  if (source.type === "Literal") return typeof source.value === "string" ? source.value : undefined;
  const [text] = source.type === "TemplateLiteral" && source.expressions.length === 0 ? source.quasis : [];
  return text?.value.cooked ?? undefined;
}

/** Statements that do what the declaration says. */
export function importStatement(declaration: ImportDeclaration): string {
  const parts: string[] = [];
  const wanted: string[] = [];
  let whole = "";
  for (const specifier of declaration.specifiers) {
    if (specifier.type === "ImportNamespaceSpecifier") {
      whole = specifier.local.name;
      continue;
    }
    const name = specifier.type === "ImportDefaultSpecifier" ? "default" : exportedName(specifier.imported);
    wanted.push(JSON.stringify(name));
    parts.push(`${JSON.stringify(name)}:${specifier.local.name}`);
  }
  const call = `await ${IMPORT_HOOK}(${JSON.stringify(moduleOf(declaration))},[${wanted.join(",")}])`;
  if (whole === "") return parts.length === 0 ? `${call};` : `const {${parts.join(",")}}=${call};`;
  return `const ${whole}=${call};${parts.length === 0 ? "" : `const {${parts.join(",")}}=${whole};`}`;
}

const exportedName = (imported: ImportSpecifierName): string =>
  imported.type === "Identifier" ? imported.name : textOf(imported);
type ImportSpecifierName = Extract<ImportDeclaration["specifiers"][number], { type: "ImportSpecifier" }>["imported"];

/** The source with declarations as they must stand in template literals, one character for one. */
export function withHiddenTexts(source: string, declarations: readonly ImportDeclaration[]): string {
  let code = source;
  for (const { start, end } of declarations) {
    code = code.slice(0, start) + escapeText(code.slice(start, end)) + code.slice(end);
  }
  return code;
}

/** Hides a declaration in a template literal and, where `here`, does what it says in its place. Lines stay as they are. */
export function hideImport(declaration: ImportDeclaration, here: boolean): readonly Insert[] {
  const statement = here ? importStatement(declaration) : "";
  return [
    { at: declaration.start, text: `${statement}\`` },
    { at: declaration.end, text: "`;" },
  ];
}

/** Calls what the tag gives instead of `import`, which becomes its text. */
export function callHook({ start }: ImportExpression): readonly Insert[] {
  return [
    { at: start, text: `${IMPORT_TAG}\`` },
    { at: start + "import".length, text: "`" },
  ];
}

/** `source` from `start` to `end` with what is put in there. */
export function withInserts(source: string, inserts: readonly Insert[], start = 0, end = source.length): string {
  let [code, at] = ["", start];
  const inOrder = inserts.filter((one) => one.at >= start && one.at <= end).sort((one, other) => one.at - other.at);
  for (const insert of inOrder) {
    code += source.slice(at, insert.at) + insertion(insert.text);
    at = insert.at;
  }
  return code + source.slice(at, end);
}
