import type { Binding, KeyScope } from "./keymap.ts";

/** What of a keyboard event makes a stroke. */
export interface Stroke {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/** Milliseconds between the strokes of a chord such as `d d`. Longer would delete cells by two unrelated keys. */
export const CHORD_TIME = 800;

export type KeyMatch =
  | { readonly match: "command"; readonly binding: Binding }
  /** The strokes so far begin a chord. */
  | { readonly match: "begun"; readonly strokes: string }
  | { readonly match: "none" };

/** Reads one stroke, after those of a chord begun before (`""`: none). */
export function matchStroke(
  keymap: readonly Binding[],
  scopes: readonly KeyScope[],
  begun: string,
  event: Stroke,
): KeyMatch {
  const names = strokeNames(event);
  const inScope = keymap.filter((binding) => scopes.includes(binding.scope));
  for (const prefix of begun === "" ? [""] : [`${begun} `, ""]) {
    const found = inScope.find((binding) => names.some((name) => binding.keys === prefix + name));
    if (found !== undefined) return { match: "command", binding: found };
    const start = names.find((name) => inScope.some((binding) => binding.keys.startsWith(`${prefix}${name} `)));
    if (start !== undefined) return { match: "begun", strokes: prefix + start };
  }
  return { match: "none" };
}

/**
 * The names a stroke goes by. Letters are named by what they type, in small (caps lock must not change commands); `Mod`
 * is Ctrl and, on every system, the command key. Signs such as `?` need Shift on some keyboards and not on others.
 */
export function strokeNames({ key, code, ctrlKey, metaKey, altKey, shiftKey }: Stroke): readonly string[] {
  const letter = key.length === 1 && key.toLowerCase() !== key.toUpperCase();
  const name = code === "Minus" && ctrlKey ? "-" : letter ? key.toLowerCase() : key;
  const shift = shiftKey ? "Shift-" : "";
  const rest = `${altKey ? "Alt-" : ""}${shift}${name}`;
  const names: string[] = [];
  if (ctrlKey !== metaKey) names.push(`Mod-${rest}`);
  if (ctrlKey && !metaKey) names.push(`Ctrl-${rest}`);
  if (!ctrlKey && !metaKey) names.push(rest);
  if (!ctrlKey && !metaKey && !altKey && key.length === 1 && !letter) names.push(key);
  return names;
}
