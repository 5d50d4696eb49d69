import { seededRandom } from "#shared/base/seededRandom.ts";

/** One keystroke: `text` typed at `at`; without text the character before `at` is taken back. */
export interface Keystroke {
  readonly at: number;
  readonly text: string;
}

// Set so that deletions, length and size in Yjs's encodings come near those of the known trace of a paper being written
// (259,778 keystrokes, 77,463 of them deletions, 304 KiB in the first encoding).
const CORRECTION_SHARE = 0.03;
/** Characters taken back at once, on average. */
const CORRECTION_LENGTH = 12;
const JUMP_SHARE = 0.008;
const LETTERS = "etaoin shrdlu cmfwyp, vbgkjq.\n";

/** Somebody writes one text for hours. The same `seed` gives the same session. */
export function* editingSession(keystrokes: number, seed: number): Generator<Keystroke> {
  const random = seededRandom(seed);
  let [length, caret, wrong] = [0, 0, 0];
  for (let index = 0; index < keystrokes; index++) {
    if (random() < JUMP_SHARE) [caret, wrong] = [Math.floor(random() * (length + 1)), 0];
    if (wrong === 0 && random() < CORRECTION_SHARE) wrong = 1 + Math.floor(random() * CORRECTION_LENGTH * 2);
    if (wrong > 0 && caret > 0) {
      yield { at: caret, text: "" };
      length--;
      caret--;
      wrong--;
    } else {
      yield { at: caret, text: LETTERS.charAt(Math.floor(random() * LETTERS.length)) };
      length++;
      caret++;
      wrong = 0;
    }
  }
}
