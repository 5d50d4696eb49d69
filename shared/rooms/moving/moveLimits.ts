// Apart from the rest: whoever reads frames needs these, and should not load elliptic curves for them.

import { PUBLIC_KEY_BYTES, SIGNATURE_BYTES } from "../deviceKey.ts";

export const BOX_KEY_BYTES = 32;
/** A device's public key, its box's public key, and its signature. */
export const BOX_CARD_BYTES = PUBLIC_KEY_BYTES + BOX_KEY_BYTES + SIGNATURE_BYTES;
/** Bytes of one note. */
export const MOVE_NOTE_LIMIT = 512;
/** Notes one room has at most: one for each device that was in it. */
export const MOVE_NOTES_LIMIT = 500;
