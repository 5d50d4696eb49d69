import { syntaxTree } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { hoverTooltip } from "@codemirror/view";
import { pathBefore } from "./pathBefore.ts";
import { showFacts } from "./showFacts.ts";
import type { ValueLooker } from "./ValueLooker.ts";

/** Milliseconds that the pointer rests before something is shown. */
const HOVER_TIME = 350;

/** Says of the name under the pointer what it stands for. */
export function hoverFacts(looker: ValueLooker): Extension {
  return hoverTooltip(
    async ({ state }, pos) => {
      const word = state.wordAt(pos);
      if (word === null || /String|Comment/.test(syntaxTree(state).resolveInner(pos, 1).name)) return null;
      const line = state.doc.lineAt(pos);
      const found = pathBefore(line.text.slice(0, word.to - line.from));
      if (found === undefined || found.last === "") return null;
      const path = [...found.owner, found.last];
      const definer = path.length === 1 ? looker.definer(found.last) : undefined;
      const facts = await looker.look(path);
      if (facts === undefined && definer === undefined) return null;
      const create = (): { dom: HTMLElement } => ({ dom: showFacts(path, facts, definer) });
      return { pos: word.from, end: word.to, above: true, create };
    },
    { hoverTime: HOVER_TIME, hideOnChange: true },
  );
}
