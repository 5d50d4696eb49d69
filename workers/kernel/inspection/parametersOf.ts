/** Characters of a function that are looked at: a list of parameters stands at its start. */
const TEXT_LIMIT = 4_000;
const CLOSING: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

/**
 * The parameters of a function in parentheses, on one line, from its text; undefined for what is built in, and for a text
 * that is none.
 */
export function parametersOf(functionText: string): string | undefined {
  const text = functionText.slice(0, TEXT_LIMIT);
  if (/\{\s*\[native code\]\s*\}\s*$/.test(text)) return undefined;
  const start = /^class\b/.test(text) ? constructorStart(text) : 0;
  if (start === undefined) return "()";
  const single = /^(?:async\s+)?([\p{ID_Start}$_][\p{ID_Continue}$]*)\s*=>/u.exec(text);
  if (single !== null) return `(${single[1]})`;
  const open = text.indexOf("(", start);
  const close = open < 0 ? undefined : matching(text, open);
  return close === undefined ? undefined : text.slice(open, close + 1).replace(/\s+/g, " ");
}

function constructorStart(text: string): number | undefined {
  const found = /[\s;{}]constructor\s*\(/.exec(text);
  return found === null ? undefined : found.index;
}

/** Where the bracket at `open` is closed. Strings are stepped over; what is in them is no bracket. */
function matching(text: string, open: number): number | undefined {
  const expected: string[] = [];
  for (let at = open; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === '"' || char === "'" || char === "`") {
      at = endOfString(text, at);
      continue;
    }
    const closing = CLOSING[char];
    if (closing !== undefined) expected.push(closing);
    else if (char === expected.at(-1)) expected.pop();
    if (expected.length === 0) return at;
  }
  return undefined;
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text.charAt(at) !== text.charAt(start)) at += text.charAt(at) === "\\" ? 2 : 1;
  return at;
}
