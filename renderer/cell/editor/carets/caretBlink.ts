import { drawSelection, EditorView, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import { ms } from "#shared/base/units.ts";

/** How long the caret is shown, and how long not. */
const HALF = ms(600);

/**
 * Drawn selections and a caret that blinks by a timer. CodeMirror's blinks by an animation, for which a browser makes sixty
 * frames a second as long as an editor has the focus: a key then waits for the next of them, and a battery pays for all.
 */
export const caretBlink = [
  drawSelection({ cursorBlinkRate: 0 }),
  EditorView.theme({
    "&.cm-focused > .cm-scroller > .cm-cursorLayer": { animation: "none !important" },
    "&.caret-off > .cm-scroller > .cm-cursorLayer": { visibility: "hidden" },
    "@media (prefers-reduced-motion: reduce)": {
      "&.caret-off > .cm-scroller > .cm-cursorLayer": { visibility: "visible" },
    },
  }),
  ViewPlugin.define((view) => new Blink(view)),
];

class Blink {
  readonly #view: EditorView;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(view: EditorView) {
    this.#view = view;
    this.#begin();
  }

  update({ docChanged, selectionSet, focusChanged }: ViewUpdate): void {
    if (docChanged || selectionSet || focusChanged) this.#begin();
  }

  destroy(): void {
    clearInterval(this.#timer);
  }

  /** Shown at once wherever it went. */
  #begin(): void {
    clearInterval(this.#timer);
    const { dom, hasFocus } = this.#view;
    // Taking away what is not there would be a change all the same.
    if (dom.classList.contains("caret-off")) dom.classList.remove("caret-off");
    if (hasFocus) this.#timer = setInterval(() => dom.classList.toggle("caret-off"), HALF);
  }
}
