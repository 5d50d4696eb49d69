/**
 * Arrays and objects within one another. What our programs and stock clients say has a handful. `JSON.parse` takes a
 * million of them; whatever later walks the value (`JSON.stringify`, for one) runs out of stack, in a place where nobody
 * expects it.
 */
export const JSON_DEPTH_LIMIT = 100;

const [QUOTE, BACKSLASH, OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [0x22, 0x5c, 0x5b, 0x5d, 0x7b, 0x7d];

/** Reads JSON that came from others; undefined if it is none, or deeper than `JSON_DEPTH_LIMIT`. Never throws. */
export function parseJson(text: string): unknown {
  if (!isShallow(text)) return undefined;
  try {
    // reason: JSON.parse is typed `any`; what it gives is looked at before it is used.
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Of text that is JSON: whether its depth is within the limit. */
function isShallow(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (inString) {
      if (char === BACKSLASH) at += 1;
      else if (char === QUOTE) inString = false;
    } else if (char === QUOTE) {
      inString = true;
    } else if (char === OPEN_ARRAY || char === OPEN_OBJECT) {
      depth += 1;
      if (depth > JSON_DEPTH_LIMIT) return false;
    } else if (char === CLOSE_ARRAY || char === CLOSE_OBJECT) {
      depth -= 1;
    }
  }
  return true;
}
