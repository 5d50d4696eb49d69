import type { Completion, CompletionContext, CompletionResult, CompletionSource } from "@codemirror/autocomplete";
import { syntaxTree } from "@codemirror/language";
import type { MemberFacts } from "#shared/ports/Kernel.ts";
import { showFacts } from "./showFacts.ts";
import { pathBefore } from "./pathBefore.ts";
import type { ValueLooker } from "./ValueLooker.ts";

const WORD = /^[\p{ID_Continue}$]*$/u;
/** Where names are text: no suggestions. */
const TEXT = /String|Comment|RegExp|TemplateString$/;
/** Steps of rank that CodeMirror knows, each way. */
const RANKS = 99;

const TYPES: Readonly<Record<MemberFacts["kind"], string>> = {
  function: "method",
  class: "class",
  value: "property",
  computed: "property",
};

/** Suggests the notebook's variables, and members of values that a kernel has at hand. */
export function completeNames(looker: ValueLooker): CompletionSource {
  return async (context) => {
    if (TEXT.test(syntaxTree(context.state).resolveInner(context.pos, -1).name)) return null;
    const line = context.state.doc.lineAt(context.pos);
    const path = pathBefore(line.text.slice(0, context.pos - line.from));
    if (path === undefined) return context.explicit ? variables(looker, context.pos) : null;
    const from = context.pos - path.last.length;
    return path.owner.length === 0 ? variables(looker, from) : members(looker, path.owner, { from, context });
  };
}

function variables(looker: ValueLooker, from: number): CompletionResult | null {
  const options = looker.variables().map(({ name, number }): Completion => ({
    label: name,
    type: "variable",
    detail: number === undefined ? "" : `defined in cell ${number}`,
    boost: 1,
    info: () => info(looker, [name]),
  }));
  return options.length === 0 ? null : { from, options, validFor: WORD };
}

async function members(
  looker: ValueLooker,
  owner: readonly string[],
  { from, context }: { readonly from: number; readonly context: CompletionContext },
): Promise<CompletionResult | null> {
  const facts = await looker.look(owner, true);
  if (facts === undefined || context.aborted) return null;
  const options = facts.members
    .filter(({ name }) => name !== "" && WORD.test(name))
    .map(({ name, kind }, index): Completion => ({
      label: name,
      type: TYPES[kind],
      // The value's own come before those of all its kind.
      boost: Math.max(-RANKS, RANKS - index),
      info: () => info(looker, [...owner, name]),
    }));
  return options.length === 0 ? null : { from, options, validFor: WORD };
}

async function info(looker: ValueLooker, path: readonly string[]): Promise<Node | null> {
  const facts = await looker.look(path);
  return facts === undefined ? null : showFacts(path, facts, undefined);
}
