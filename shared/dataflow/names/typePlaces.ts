import { typeTokens, type TypeToken } from "../typescript/typeTokens.ts";
import type { NamePlace } from "./NamePlace.ts";

/** What declares a name for a part of a type only, so that it cannot be told which of its places mean the variable. */
const DECLARES_IN_TYPE: ReadonlySet<string> = new Set(["infer"]);
const DECLARES: ReadonlySet<string> = new Set(["type", "interface"]);

/**
 * Where the types of a cell in TypeScript name a variable: `typeof x`, and a class as a type. `unsure`: the cell has a type
 * parameter of that name, and may mean it. Names of properties and parameters are no places.
 */
export function typePlaces(source: string, name: string): readonly NamePlace[] | "unsure" {
  const tokens = typeTokens(source) ?? [];
  const named = tokens.flatMap((token, at) => (token.isType && token.text === name ? [at] : []));
  const text = (at: number): string => tokens[at]?.text ?? "";
  // A type of that name hides a class of that name, and not the variable behind `typeof`.
  const hidden = named.some((at) => DECLARES.has(text(at - 1)));
  const places: NamePlace[] = [];
  for (const at of named) {
    if (DECLARES_IN_TYPE.has(text(at - 1)) || text(at + 1) === "in" || isParameter(tokens, at)) return "unsure";
    const isValue = text(at - 1) === "typeof";
    if (!isValue && (hidden || isOther(text(at - 1), text(at + 1), text(at + 2)))) continue;
    const from = tokens[at]?.from ?? 0;
    places.push({ name, from, to: from + name.length, form: "name" });
  }
  return places;
}

/** A property, a method, a parameter of a function, or what such a one `is`. */
function isOther(before: string, after: string, next: string): boolean {
  if (before === "." || before === "asserts" || after === "is" || after === "(") return true;
  // In `T extends U ? x : y` it is none.
  return before !== "?" && (after === ":" || (after === "?" && next === ":"));
}

/** In the angle brackets of what is declared: `function f<x>`, `<x>(…) => …`. */
function isParameter(tokens: readonly TypeToken[], at: number): boolean {
  const before = tokens[at - 1]?.text;
  if (before !== "<" && before !== ",") return false;
  let depth = 0;
  for (let open = at - 1; open >= 0; open--) {
    const text = tokens[open]?.text;
    if (text === ">" || text === ")" || text === "}" || text === "]") depth++;
    if (text === "(" || text === "{" || text === "[") depth--;
    if (text === "<" && depth-- === 0) return isDeclared(tokens, open);
    if (depth < 0) return false;
  }
  return false;
}

const HEADS: ReadonlySet<string> = new Set(["function", "class", "interface", "type"]);

function isDeclared(tokens: readonly TypeToken[], open: number): boolean {
  const [head, owner] = [tokens[open - 2]?.text ?? "", tokens[open - 1]?.text ?? ""];
  return HEADS.has(head) || HEADS.has(owner) || !/[\p{ID_Continue}$]$/u.test(owner);
}
