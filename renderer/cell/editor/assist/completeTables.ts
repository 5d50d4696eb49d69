import type { Completion, CompletionSource } from "@codemirror/autocomplete";
import { syntaxTree } from "@codemirror/language";
import type { ValueLooker } from "./ValueLooker.ts";

const WORD = /[\p{ID_Start}_][\p{ID_Continue}$]*$/u;
const NAME = /^[\p{ID_Continue}$]*$/u;
/** Where names are text, and in a name's parts. */
const TEXT = /String|Comment|Quoted/;
/** Behind these a table is wanted, and comes first. */
const WANTED = /\b(?:from|join|into|update|table|describe|summarize|pivot|unpivot|using)\s+$|\bfrom\b[^;()]*,\s*$/i;
const FIRST = 90;

/** Suggests the notebook's variables as tables of a query. Keywords come from the grammar. */
export function completeTables(looker: Pick<ValueLooker, "variables">): CompletionSource {
  return ({ state, pos, explicit }) => {
    if (TEXT.test(syntaxTree(state).resolveInner(pos, -1).name)) return null;
    const before = state.sliceDoc(Math.max(0, pos - 400), pos);
    const word = WORD.exec(before)?.[0] ?? "";
    if (word === "" && !explicit) return null;
    if (before.charAt(before.length - word.length - 1) === ".") return null;
    const wanted = WANTED.test(before.slice(0, before.length - word.length));
    const options = looker.variables().map(({ name, number }): Completion => ({
      label: name,
      type: "variable",
      detail: number === undefined ? "table" : `table of cell ${number}`,
      boost: wanted ? FIRST : 1,
    }));
    return options.length === 0 ? null : { from: pos - word.length, options, validFor: NAME };
  };
}
