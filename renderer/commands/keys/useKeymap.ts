import { useEffect } from "react";
import type { CommandContext } from "../Command.ts";
import type { CellMode } from "../../state/notebookUi.ts";
import { typeAhead } from "../../cell/editor/typeAhead.ts";
import { runCommand } from "../commands.ts";
import { KEYMAP, type KeyScope } from "./keymap.ts";
import { CHORD_TIME, matchStroke } from "./keyStroke.ts";

/** The page's only key listener. It hears keys before the editors do, so that a key has one meaning everywhere. */
export function useKeymap(context: CommandContext): void {
  useEffect(() => {
    let begun = { strokes: "", at: 0 };
    const listener = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing) return;
      const scopes = scopesOf(context, event.target, event.key);
      const strokes = event.timeStamp - begun.at < CHORD_TIME ? begun.strokes : "";
      const found = matchStroke(KEYMAP, scopes, strokes, event);
      begun = { strokes: found.match === "begun" ? found.strokes : "", at: event.timeStamp };
      const done =
        found.match === "begun" ||
        (found.match === "command" && runCommand(found.binding.command, context)) ||
        (scopes === SCOPES.edit && context.notebook !== undefined && typeAhead(context.notebook, event));
      if (!done) return;
      event.preventDefault();
      event.stopPropagation();
    };
    document.addEventListener("keydown", listener, { capture: true });
    return () => document.removeEventListener("keydown", listener, { capture: true });
  }, [context]);
}

/**
 * Which keys count where the keyboard is. In text fields of the page only those with a modifier would, and there are
 * none. Cell commands are heard on a cell itself, where nothing has focus, and on the buttons of the header, where a click or
 * a menu that was closed left the keyboard; these keep Enter and Space.
 */
function scopesOf(context: CommandContext, target: EventTarget | null, key: string): readonly KeyScope[] {
  const { app, notebook } = context;
  if (!(target instanceof Element) || app.panels.getState().open !== undefined) return [];
  const mode = notebook?.ui.getState().mode;
  if (target.closest(".cm-editor") !== null) return mode === undefined ? [] : SCOPES[mode];
  if (target.closest("input, textarea, select, [role=menu], dialog, .popover") !== null) return [];
  const onCell = target === document.body || target.matches("[data-cell]");
  const onHeader = target.matches(".header button") && key !== "Enter" && key !== " ";
  return mode === undefined || (!onCell && !onHeader) ? ["page"] : SCOPES[mode];
}

/** The mode decides, not the focus, which may be on its way: to a text that is being mounted, or back from one. */
const SCOPES: Readonly<Record<CellMode, readonly KeyScope[]>> = { command: ["command", "page"], edit: ["edit"] };
