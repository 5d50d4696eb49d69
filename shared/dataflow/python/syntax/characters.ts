// Which characters Python's names, numbers and space are made of, by their code.

/** What a character of ASCII may be part of. */
const START = 1;
const PART = 2;
const DIGIT = 4;

const ASCII = new Uint8Array(128);
for (let code = 0; code < 128; code++) {
  const char = String.fromCharCode(code);
  if (/[A-Za-z_]/.test(char)) ASCII[code] = START | PART;
  else if (/[0-9]/.test(char)) ASCII[code] = DIGIT | PART;
}

const ID_START = /^\p{ID_Start}/u;
const ID_PART = /^\p{ID_Continue}/u;

export const isDigit = (code: number): boolean => code >= 48 && code <= 57;

export const isNameStart = (code: number): boolean =>
  code < 128 ? ((ASCII[code] ?? 0) & START) !== 0 : ID_START.test(String.fromCodePoint(code));

/** The place behind the letters, digits and `_` that stand at `at`. */
export function skipName(source: string, at: number): number {
  let end = at;
  for (;;) {
    const code = source.charCodeAt(end);
    // Not a number behind the end.
    if (code < 128) {
      if (((ASCII[code] ?? 0) & PART) === 0) return end;
      end++;
    } else {
      const point = source.codePointAt(end);
      if (point === undefined || !ID_PART.test(String.fromCodePoint(point))) return end;
      end += point > 0xffff ? 2 : 1;
    }
  }
}

/** The place behind the number that stands at `at`. A `.` or a digit stands there. */
export function skipNumber(source: string, at: number): number {
  if (source.charCodeAt(at) === ZERO && RADIX.has(source.charAt(at + 1))) return skipName(source, at + 2);
  let end = skipDigits(source, at);
  if (source.charCodeAt(end) === DOT) end = skipDigits(source, end + 1);
  if (EXPONENT.has(source.charAt(end))) {
    const sign = SIGN.has(source.charAt(end + 1)) ? 2 : 1;
    if (isDigit(source.charCodeAt(end + sign))) end = skipDigits(source, end + sign);
  }
  return IMAGINARY.has(source.charAt(end)) ? end + 1 : end;
}

const ZERO = 48;
const DOT = 46;
const UNDERSCORE = 95;
const RADIX = new Set("xXoObB");
const EXPONENT = new Set("eE");
const SIGN = new Set("+-");
const IMAGINARY = new Set("jJ");

function skipDigits(source: string, at: number): number {
  let end = at;
  while (isDigit(source.charCodeAt(end)) || source.charCodeAt(end) === UNDERSCORE) end++;
  return end;
}
