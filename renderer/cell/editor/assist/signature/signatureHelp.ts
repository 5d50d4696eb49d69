import { StateEffect, StateField, type Extension } from "@codemirror/state";
import { showTooltip, ViewPlugin, type EditorView, type Tooltip, type ViewUpdate } from "@codemirror/view";
import type { Dispose } from "#shared/base/dispose.ts";
import { builtInFacts } from "../builtInFacts.ts";
import { callAt, type OpenCall } from "./callAt.ts";
import { splitParameters } from "./splitParameters.ts";
import type { ValueLooker } from "../ValueLooker.ts";

/** Milliseconds without a key before parameters are looked for. */
const PAUSE = 200;

const setHelp = StateEffect.define<Tooltip | null>();

const help = StateField.define<Tooltip | null>({
  create: () => null,
  update: (shown, transaction) => {
    for (const effect of transaction.effects) if (effect.is(setHelp)) return effect.value;
    return shown && { ...shown, pos: transaction.changes.mapPos(shown.pos) };
  },
  provide: (field) => showTooltip.from(field),
});

/** Shows the parameters of the call whose arguments are being written, and which of them is meant. */
export function signatureHelp(looker: ValueLooker): Extension {
  return [help, ViewPlugin.define((view) => new SignaturePlugin(view, looker))];
}

class SignaturePlugin {
  readonly #view: EditorView;
  readonly #looker: ValueLooker;
  readonly #dispose: Dispose;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(view: EditorView, looker: ValueLooker) {
    this.#view = view;
    this.#looker = looker;
    // It may come when somebody has begun to type already, and before the cells were read.
    this.#soon();
    this.#dispose = looker.onRead(() => this.#soon());
  }

  update({ docChanged, selectionSet, focusChanged }: ViewUpdate): void {
    if (docChanged || selectionSet || focusChanged) this.#soon();
  }

  #soon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#look(), PAUSE);
  }

  destroy(): void {
    this.#dispose();
    clearTimeout(this.#timer);
  }

  async #look(): Promise<void> {
    const { state, hasFocus } = this.#view;
    const call = hasFocus && state.selection.main.empty ? callAt(state, state.selection.main.head) : undefined;
    const facts = call && (await this.#looker.look(call.path));
    // Something was typed meanwhile: another look is on its way.
    if (this.#view.state !== state) return;
    const signature = facts?.signature ?? (call && this.#builtIn(call));
    const shown = call && signature !== undefined ? tooltipFor(call, signature) : null;
    if (shown !== null || state.field(help) !== null) this.#view.dispatch({ effects: setHelp.of(shown) });
  }

  #builtIn({ path }: OpenCall): string | undefined {
    return this.#looker.language === "javascript" ? builtInFacts(path)?.signature : undefined;
  }
}

function tooltipFor({ at, path, argument }: OpenCall, signature: string): Tooltip {
  return { pos: at, above: true, create: () => ({ dom: showSignature(path.at(-1) ?? "", signature, argument) }) };
}

function showSignature(name: string, signature: string, argument: number): HTMLElement {
  const box = document.createElement("div");
  box.className = "facts facts--signature";
  const { before, parameters, after } = splitParameters(signature);
  // A rest parameter takes all that follow.
  const current = Math.min(argument, parameters.length - 1);
  const isRest = /^(\.\.\.|\*)/.test(parameters[current] ?? "");
  box.append(`${name}${before}`);
  for (const [index, parameter] of parameters.entries()) {
    const isCurrent = index === current && (argument === index || isRest);
    const part = document.createElement(isCurrent ? "strong" : "span");
    part.textContent = parameter;
    box.append(...(index === 0 ? [part] : [", ", part]));
  }
  box.append(after);
  return box;
}
