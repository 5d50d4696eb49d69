import { syntaxTree } from "@codemirror/language";
import type { EditorState } from "@codemirror/state";
import type { SyntaxNode } from "@lezer/common";
import { pathBefore } from "../pathBefore.ts";

/** A call whose arguments are being written. */
export interface OpenCall {
  /** Where its parentheses open. */
  readonly at: number;
  readonly path: readonly string[];
  /** Which argument the caret is in, from 0. */
  readonly argument: number;
}

/** The innermost call around a place, of something that has a name. */
export function callAt(state: EditorState, pos: number): OpenCall | undefined {
  for (let node: SyntaxNode | null = syntaxTree(state).resolveInner(pos, -1); node !== null; node = node.parent) {
    if (node.name !== "ArgList" || pos <= node.from || (pos >= node.to && isClosed(state, node))) continue;
    const callee = node.prevSibling;
    const found = callee === null ? undefined : pathBefore(state.sliceDoc(callee.from, callee.to));
    if (callee === null || found === undefined || found.last === "") return undefined;
    return { at: node.from, path: [...found.owner, found.last], argument: commasBefore(node, pos) };
  }
  return undefined;
}

const isClosed = (state: EditorState, list: SyntaxNode): boolean => state.sliceDoc(list.to - 1, list.to) === ")";

function commasBefore(list: SyntaxNode, pos: number): number {
  let commas = 0;
  for (let child = list.firstChild; child !== null && child.from < pos; child = child.nextSibling) {
    if (child.name === ",") commas++;
  }
  return commas;
}
