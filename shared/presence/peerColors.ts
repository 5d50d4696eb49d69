import type { PeerColor } from "./presence.ts";

export interface CssColor {
  /** For the caret. */
  readonly color: string;
  /** For selected text. */
  readonly colorLight: string;
}

/**
 * Colours by name as CSS that reads on white and on black. Stock editors get them through presence; our page may use its
 * own for the same names.
 */
export const PEER_CSS: Readonly<Record<PeerColor, CssColor>> = {
  blue: css("#2563eb"),
  green: css("#15803d"),
  orange: css("#c2410c"),
  pink: css("#be185d"),
  purple: css("#7c3aed"),
  teal: css("#0f766e"),
  red: css("#dc2626"),
  olive: css("#6b7a0f"),
};

function css(color: string): CssColor {
  return { color, colorLight: `${color}33` };
}
